// Rule sets for which others have proved, in Isabelle, which new packets are surely accepted (`.lower`) and which may be (`.upper`).
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAddress, parseAddressSpec } from '../../server/src/core/addresses.ts';
import { contains } from '../../server/src/core/intervals.ts';
import { iptables } from '../../server/src/dialects/iptables/index.ts';
import { type TraceVerdict, tracePath } from '../../server/src/engine/trace.ts';
import { protocolNumber } from '../../server/src/families/netfilter/protocols.ts';
import type { Path } from '../../server/src/model/policy.ts';

const shared = process.env['VEEAM_PORTS_SHARED'];
const root = join(shared ?? '', 'answers/iptables-semantics');

interface Line {
  readonly accept: boolean;
  readonly protocol: string;
  readonly src: string;
  readonly dst: string;
  readonly sports?: readonly [number, number];
  readonly dports?: readonly [number, number];
}

interface Packet {
  readonly protocol: string;
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
}

const range = (text: string): [number, number] => {
  const [first = '', last = first] = text.split(':');
  return [Number(first), Number(last)];
};

/** The listing of one chain, as `iptables -L -n` prints it; its policy as a last line. */
function linesOf(text: string, chain: string): Line[] {
  const section = text.slice(text.indexOf(`Chain ${chain}`)).split(/\n\s*\n/)[0] ?? '';
  const lines = [...section.matchAll(/^(ACCEPT|DROP)\s+(\S+)\s+--\s+(\S+)\s+(\S+)(.*)$/gm)].map(([, target, protocol = '', src = '', dst = '', rest = '']): Line => {
    const sports = /\bspts?:([\d:]+)/.exec(rest)?.[1];
    const dports = /\bdpts?:([\d:]+)/.exec(rest)?.[1];
    return { accept: target === 'ACCEPT', protocol, src, dst, ...(sports ? { sports: range(sports) } : {}), ...(dports ? { dports: range(dports) } : {}) };
  });
  return [...lines, { accept: section.includes('(policy ACCEPT)'), protocol: 'all', src: '0.0.0.0/0', dst: '0.0.0.0/0' }];
}

const holds = (spec: string, address: string): boolean => contains(parseAddressSpec(spec)?.[4] ?? [], parseAddress(address)?.value ?? 0);
const within = (ports: readonly [number, number] | undefined, port: number): boolean => ports === undefined || (port >= ports[0] && port <= ports[1]);

const accepted = (lines: readonly Line[], p: Packet): boolean =>
  lines.find((l) => (l.protocol === 'all' || l.protocol === p.protocol) && holds(l.src, p.src) && holds(l.dst, p.dst) && within(l.sports, p.sport) && within(l.dports, p.dport))?.accept ?? false;

/** An address at the beginning and one past the end of a network. */
function edges(spec: string): string[] {
  const set = parseAddressSpec(spec)?.[4] ?? [];
  const text = (n: number): string => [24, 16, 8, 0].map((s) => Math.floor(n / 2 ** s) % 256).join('.');
  return [Number(set[0]) + 1, Number(set[1])].map((n) => text(Math.min(Math.max(n, 0x01000001), 0xdfffffff)));
}

function packetsFor(lines: readonly Line[]): Packet[] {
  const out: Packet[] = [];
  for (const { protocol, src, dst, sports, dports } of lines) {
    for (const s of edges(src)) {
      for (const d of edges(dst)) {
        for (const p of protocol === 'all' ? ['tcp', 'udp', 'icmp'] : [protocol]) {
          for (const dport of dports ? [dports[0], dports[1] + 1] : [9999]) out.push({ protocol: p, src: s, dst: d, sport: sports?.[0] ?? 40000, dport });
        }
      }
    }
  }
  return out;
}

/** Where the rules name interfaces, the proofs took each one to have just these sources and no others, as their results show. The first that holds counts. */
const SOURCES: Readonly<Record<string, readonly (readonly [network: string, name: string])[]>> = {
  config_home_user: [...[10, 11, 12, 13, 14, 19, 20, 21, 22, 23, 24, 50].map((n) => [`192.168.${n}.0/24`, `eth0.${n}`] as const), ['0.0.0.0/0', 'eth1']],
  'openvpn.eu': [['192.168.0.0/24', 'eth0'], ['192.168.2.0/24', 'eth1'], ['0.0.0.0/0', 'another']],
};

const interfaceOf = (folder: string, p: Packet): string | undefined => SOURCES[folder]?.find(([network]) => holds(network, p.src))?.[1];

const verdictOf = (path: Path, p: Packet, inInterface: string | undefined): TraceVerdict =>
  tracePath(path, {
    family: 4, from: parseAddress(p.src)?.value ?? 0, to: parseAddress(p.dst)?.value ?? 0, protocol: protocolNumber(p.protocol) ?? 0, state: 'new',
    ...(p.protocol === 'icmp' ? {} : { sourcePort: p.sport, port: p.dport }),
    ...(inInterface === undefined ? {} : { inInterface }),
  }, { components: new Map(), interfaces: new Map() }).verdict;

describe.skipIf(shared === undefined)('proved bounds of real rule sets', () => {
  for (const folder of shared === undefined ? [] : readdirSync(root)) {
    it(folder, () => {
      const names = readdirSync(join(root, folder));
      const read = (find: (name: string) => boolean): string => readFileSync(join(root, folder, names.find(find) ?? ''), 'utf8');
      const chain = names.some((n) => n.includes('.FWD.')) ? 'FORWARD' : 'INPUT';
      const lower = linesOf(read((n) => n.endsWith('.lower')), chain);
      const upper = linesOf(read((n) => n.endsWith('.upper')), chain);
      const text = read((n) => !/\.(?:lower|upper)$/.test(n));
      const policy = iptables.createReader().read(text, { uri: 'file:///rules.v4' }).fragments.find((f) => f.key === `ip filter ${chain}`)?.policy;
      if (!policy) throw new Error(`no filter ${chain}`);
      const path: Path = { name: policy.name, direction: chain === 'INPUT' ? 'in' : 'transit', policies: [policy], head: policy };
      const wrong: string[] = [];
      let asked = 0;
      const open: string[] = [];
      for (const packet of packetsFor([...lower, ...upper])) {
        // The proofs put 127.0.0.0/8 in the place of `-i lo`; packets between hosts have neither.
        if (holds('127.0.0.0/8', packet.src)) continue;
        asked++;
        const verdict = verdictOf(path, packet, interfaceOf(folder, packet));
        if (verdict === 'drop' && accepted(lower, packet)) wrong.push(`dropped, but surely accepted: ${JSON.stringify(packet)}`);
        if (verdict === 'undecided' && accepted(lower, packet) === accepted(upper, packet)) open.push(JSON.stringify(packet));
        if (verdict === 'accept' && !accepted(upper, packet)) wrong.push(`accepted, but never accepted: ${JSON.stringify(packet)}`);
      }
      console.log(`${folder}: ${asked} packets, ${open.length} undecided though proved either way`);
      expect(asked).toBeGreaterThan(20);
      expect(wrong).toEqual([]);
      expect(open).toEqual([]);
    });
  }
});
