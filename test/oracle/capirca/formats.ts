// The formats into which capirca renders a policy, and the dialect of ours that reads each: those to come are skipped until it exists.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Family } from '../address.ts';
import type { Direction } from '../ruleSet.ts';
import { type CapircaPolicy, type Features, written } from './policy.ts';

export interface Format {
  readonly name: string;
  /** capirca's name of it. */
  readonly capirca: string;
  readonly dialect: string;
  readonly families: readonly Family[];
  readonly directions: readonly Direction[];
  readonly features: Features;
  fileName(family: Family): string;
  /** The header's target behind the format's name. */
  target(policy: CapircaPolicy): string;
  /** A file out of what capirca gives, where that is a part of one. */
  file?(text: string, family: Family): string;
}

const inet = ({ family }: CapircaPolicy): string => (family === 4 ? 'inet' : 'inet6');
const chain = (policy: CapircaPolicy): string => `${{ in: 'INPUT', out: 'OUTPUT', transit: 'FORWARD' }[policy.direction]} ${policy.acceptsByDefault ? 'ACCEPT' : 'DROP'}`;
const ALL: Pick<Format, 'families' | 'directions'> = { families: [4, 6], directions: ['in', 'out', 'transit'] };
const NETFILTER: Features = { reject: true, excluded: true, icmpTypes: true, established: 'states', initial: true, choosesDefault: true };
const saved = (family: Family): string => (family === 4 ? 'rules.v4' : 'rules.v6');

/** Judged by the policy itself. */
export const FORMATS: readonly Format[] = [
  { name: 'iptables-restore', capirca: 'speedway', dialect: 'iptables', ...ALL, features: NETFILTER, fileName: saved, target: p => `${chain(p)} ${inet(p)}` },
  { name: 'iptables-restore, stateless', capirca: 'speedway', dialect: 'iptables', ...ALL, features: { ...NETFILTER, established: 'flags' }, fileName: saved, target: p => `${chain(p)} ${inet(p)} nostate` },
  {
    name: 'iptables commands', capirca: 'iptables', dialect: 'iptables', ...ALL, features: NETFILTER, fileName: () => 'firewall.sh', target: p => `${chain(p)} ${inet(p)}`,
    file: (text, family) => `#!/bin/sh\n${text.replace(/^(?=-)/gm, family === 4 ? 'iptables ' : 'ip6tables ')}`,
  },
];

/** Lists of routers, mostly stateless. */
const ROUTER: Pick<Format, 'families' | 'directions' | 'features'> = { families: [4], directions: ['transit'], features: { established: 'flags' } };

/** As `FORMATS`; none of these dialects exists yet. */
export const FORMATS_TO_COME: readonly Format[] = [
  { name: 'Cisco IOS', capirca: 'cisco', dialect: 'cisco-ios', ...ROUTER, fileName: () => 'router.ios', target: () => 'acl extended' },
  { name: 'Cisco ASA', capirca: 'ciscoasa', dialect: 'cisco-asa', ...ROUTER, features: {}, fileName: () => 'asa.cfg', target: () => 'acl' },
  { name: 'Junos', capirca: 'juniper', dialect: 'junos', ...ROUTER, fileName: () => 'juniper.conf', target: () => 'acl inet' },
  { name: 'PAN-OS', capirca: 'paloalto', dialect: 'paloalto', ...ROUTER, features: {}, fileName: () => 'panos.xml', target: () => 'from-zone a to-zone b inet' },
  { name: 'Windows netsh', capirca: 'windows_advfirewall', dialect: 'windows-firewall', ...ROUTER, directions: ['in'], features: {}, fileName: () => 'rules.cmd', target: () => 'in inet' },
  { name: 'Google Cloud', capirca: 'gce', dialect: 'gcp', ...ROUTER, directions: ['in'], features: { sources: 'alone' }, fileName: () => 'rules.json', target: () => 'INGRESS global/networks/default inet' },
];

/** Terms of this format look at the connection state by themselves, drop ports and leave answers to the base chain: the kernel judges the file. Without addresses and protocols capirca writes what nft refuses. */
export const NFTABLES: Format = {
  name: 'nftables', capirca: 'nftables', dialect: 'nftables', families: [4, 6], directions: ['in', 'out'], features: { excluded: true, sources: 'always', choosesDefault: true }, fileName: () => 'rules.nft',
  target: p => `${inet(p)} ${p.direction === 'in' ? 'INPUT' : 'OUTPUT'} ${p.acceptsByDefault ? 'ACCEPT' : 'DROP'}`,
};

const PYTHON = '/usr/bin/python3';

/** The reason why capirca cannot be asked here, or undefined if it can. */
export function capircaMissing(): string | undefined {
  return spawnSync(PYTHON, ['-c', 'import capirca.lib.policy']).status === 0 ? undefined : 'python3-capirca is not installed';
}

/** The policies as files of the format; an `Error` where capirca refuses one. */
export function rendered(format: Format, policies: readonly CapircaPolicy[]): (string | Error)[] {
  const jobs = policies.map(policy => ({ format: format.capirca, ...written(policy, `${format.capirca} ${format.target(policy)}`) }));
  const { status, stdout, stderr } = spawnSync(PYTHON, [fileURLToPath(new URL('render.py', import.meta.url))], { input: JSON.stringify(jobs), encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`render.py ended with ${status ?? 'no code'}: ${stderr}`);
  return (JSON.parse(stdout) as { text?: string; error?: string }[]).map(({ text, error }, i) => (text === undefined ? new Error(error) : (format.file?.(text, policies[i]?.family ?? 4) ?? text)));
}
