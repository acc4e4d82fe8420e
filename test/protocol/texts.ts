/** Rule files that the protocol tests open. */

/** Lacks TCP 10006 and more towards the backup server. */
export const WORKER = `#!/usr/sbin/nft -f
# veeam-ports: guards ahv-worker
# veeam-ports: address backup-server 10.10.0.10

table inet filter {
    chain output {
        type filter hook output priority filter; policy drop;
        oifname "lo" accept
        ct state established,related accept
        ip daddr 10.10.0.10 tcp dport 2500-3300 accept
    }
}
`;

/** The line of the rule for 2500-3300, from 0. */
export const RULE_LINE = 9;

export const WORKER_RULE = '        ip daddr 10.10.0.10 tcp dport 10006 accept\n';

/** Some other file without a finding. */
export const CLEAN = `table inet filter {
    chain input {
        type filter hook input priority filter; policy accept;
    }
}
`;

/** A guarded output chain of so many rules, about 100 characters each. */
export function manyRules(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => `        ip daddr 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255} tcp dport ${1024 + (i % 60000)} counter accept comment "rule number ${i} of the file"`);
  return WORKER.replace('        ip daddr 10.10.0.10 tcp dport 2500-3300 accept', rules.join('\n'));
}

export function codesOf(diagnostics: readonly { code?: unknown }[]): unknown[] {
  return diagnostics.map(({ code }) => code);
}
