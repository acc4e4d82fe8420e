/** Rule files of any size for the benchmarks, about 100 characters a rule, every rule with an address and a port of its own. */

import { builtinCatalog } from '../../server/src/catalog/builtin.ts';

const WORKLOADS = ['nutanix-ahv', 'ovirt-kvm', 'oracle'];

/** Where the parties of the worker's flows are. */
const SITE = [
  'ahv-worker 10.250.20.15', 'backup-server 10.250.0.10', 'backup-repository 10.250.40.0/28', 'gateway-server 10.250.0.3', 'prism-central 10.250.30.5', 'ahv-cluster 10.250.30.10',
  'ahv-host 10.250.30.10-10.250.30.13', 'ntp-server 10.250.0.2', 'update-mirror 10.250.0.4',
].map((words) => `# veeam-ports: address ${words}`);

const address = (i: number): string => `10.${(i >> 16) & 127}.${(i >> 8) & 255}.${i & 255}`;
const port = (i: number): number => 1024 + ((i * 7) % 60000);

function nftRules(count: number): string {
  return Array.from({ length: count }, (_, i) => `        ip daddr ${address(i)} tcp dport ${port(i)} counter accept comment "rule number ${i} of the file"`).join('\n');
}

/** A worker's outgoing rules, checked against the flows of its workload. */
export function workerNft(rules: number, declared = true): string {
  return ['#!/usr/sbin/nft -f', '# veeam-ports: guards ahv-worker', ...(declared ? SITE : SITE.slice(1, 2)), 'table inet filter {', '    chain output {', '        type filter hook output priority filter; policy drop;', nftRules(rules), '    }', '}', ''].join('\n');
}

/** The place of a number in the middle of the text that a keystroke can change, from 0. */
export function middleOf(text: string, pattern: RegExp): { line: number; character: number } {
  const lines = text.split('\n');
  for (let line = Math.floor(lines.length / 2); line < lines.length; line++) {
    const found = pattern.exec(lines[line] ?? '');
    if (found) return { line, character: found.index + found[0].length };
  }
  throw new Error(`no ${String(pattern)} in the second half`);
}

/** JSON of the same size in as many lines. */
export function jsonLike(text: string, rules: number): string {
  const size = Math.floor(text.length / rules);
  const lines = Array.from({ length: rules }, (_, i) => {
    const line = `  { "daddr": "${address(i)}", "dport": ${port(i)}, "comment": "rule number ${i}" }`;
    return line.replace('" }', `${' '.repeat(Math.max(0, size - line.length - 2))}" }`);
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** A router between all components, checked against every flow of the catalog. */
export function transitNft(rules: number): string {
  return ['#!/usr/sbin/nft -f', ...allFlows('#'), 'table inet filter {', '    chain forward {', '        type filter hook forward priority filter; policy drop;', nftRules(rules), '    }', '}', ''].join('\n');
}

export function transitIptables(rules: number): string {
  const lines = Array.from({ length: rules }, (_, i) => `-A FORWARD -d ${address(i)}/32 -p tcp -m tcp --dport ${port(i)} -m comment --comment "rule number ${i} of the file" -j ACCEPT`);
  return [...allFlows('#'), '*filter', ':INPUT ACCEPT [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]', ...lines, 'COMMIT', ''].join('\n');
}

/** Every component with an address of its own. */
function allFlows(comment: string): string[] {
  const { components } = builtinCatalog().data;
  const addresses = components.filter(({ hostNames }) => hostNames.length === 0).map(({ id }, i) => `${comment} veeam-ports: address ${id} 10.250.0.${i + 1}`);
  return [`${comment} veeam-ports: transit`, `${comment} veeam-ports: use ${WORKLOADS.join(', ')}`, ...addresses];
}
