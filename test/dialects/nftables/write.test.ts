// Where and how rules are written: the text before and after, and that the new text lets the packets through.
import { describe, expect, it } from 'vitest';
import { NO_ADDRESSES, addressUnion, parseAddressSpec } from '../../../server/src/core/addresses.ts';
import { portRange } from '../../../server/src/core/packets.ts';
import { unionAll } from '../../../server/src/core/intervals.ts';
import type { Permit, PermitEnd, TextChange } from '../../../server/src/dialects/dialect.ts';
import { nftables } from '../../../server/src/dialects/nftables/index.ts';
import type { Policy } from '../../../server/src/model/policy.ts';
import type { Reading } from '../../../server/src/model/reading.ts';
import { applyChanges } from '../../../server/src/text/changes.ts';

const read = (text: string): Reading => nftables.createReader().read(text, { uri: 'file:///w.nft' });
const addresses = (...specs: string[]): PermitEnd => ({ kind: 'addresses', set: addressUnion(specs.map((s) => parseAddressSpec(s) ?? NO_ADDRESSES)) });
const ANY: PermitEnd = { kind: 'any' };

function permit(over: Partial<Permit> = {}): Permit {
  return { direction: 'in', from: addresses('10.1.0.5'), to: ANY, transport: 'tcp', ports: portRange(443, 443), answer: false, note: 'Veeam: a to b', ...over };
}

function policyOf(reading: Reading, name: string): Policy {
  const found = reading.fragments.find((f) => f.policy.key === name)?.policy;
  if (!found) throw new Error(`no policy ${name}`);
  return found;
}

interface Where {
  readonly policy?: string;
  /** Text of the statement to write before, or to replace. */
  readonly before?: string;
  readonly replace?: string;
}

function changesFor(text: string, permits: readonly Permit[], { policy: name = 'inet filter input', before, replace }: Where): readonly TextChange[] | undefined {
  const reading = read(text);
  const policy = policyOf(reading, name);
  const entryOf = (statement: string | undefined) => {
    if (statement === undefined) return undefined;
    const entry = [policy.main, ...policy.chains.values()].flatMap((c) => c.entries).find((e) => text.startsWith(statement, e.at));
    if (!entry) throw new Error(`no statement ${statement}`);
    return entry;
  };
  return nftables.write({ text, reading, policy, permits, ...(before === undefined ? {} : { before: entryOf(before) }), ...(replace === undefined ? {} : { replace: entryOf(replace) }) });
}

function written(text: string, permits: readonly Permit[], where: Where = {}): string {
  const changes = changesFor(text, permits, where);
  if (!changes) throw new Error('the place cannot be edited');
  const out = applyChanges(text, changes);
  expect(read(out).problems).toEqual([]);
  return out;
}

/** The lines that the new text has and the old has not. */
function added(text: string, permits: readonly Permit[], where: Where = {}): string[] {
  const old = text.split('\n');
  return written(text, permits, where).split('\n').filter((line) => !old.includes(line));
}

const FILE = `table inet filter {
    chain input {
        type filter hook input priority 0; policy drop;
        tcp dport 22 accept

        # the rest
        # is refused
        tcp dport 1-1024 drop
        log prefix "in: "
        drop
    }
    chain output {
        type filter hook output priority 0; policy drop;
    }
}
`;

describe('rules that are written', () => {
  it('have the ports in braces, ranges as such, one rule per transport', () => {
    const ports = unionAll([portRange(135, 135), portRange(445, 445), portRange(2500, 3300)]);
    expect(nftables.writeRules([permit({ ports }), permit({ transport: 'udp', ports: portRange(53, 53) })], 4)).toBe(
      'ip saddr 10.1.0.5 tcp dport { 135, 445, 2500-3300 } accept\nip saddr 10.1.0.5 udp dport 53 accept',
    );
  });

  it('join permits between the same ends', () => {
    expect(nftables.writeRules([permit(), permit({ ports: portRange(80, 80) })], 4)).toBe('ip saddr 10.1.0.5 tcp dport { 80, 443 } accept');
  });

  it('are one per family that both ends have', () => {
    const both = addresses('10.1.0.5', 'fd00::5');
    expect(added(FILE, [permit({ from: both, to: both })])).toEqual([
      '        # Veeam: a to b',
      '        ip saddr 10.1.0.5 ip daddr 10.1.0.5 tcp dport 443 accept',
      '        ip6 saddr fd00::5 ip6 daddr fd00::5 tcp dport 443 accept',
    ]);
    expect(added(FILE, [permit({ from: both, to: addresses('fd00::9') })])).toEqual(['        # Veeam: a to b', '        ip6 saddr fd00::5 ip6 daddr fd00::9 tcp dport 443 accept']);
    expect(added(FILE, [permit({ from: ANY })])).toEqual(['        # Veeam: a to b', '        tcp dport 443 accept']);
  });

  it('write networks, ranges and several addresses', () => {
    expect(nftables.writeRules([permit({ from: addresses('10.1.0.0/24', '10.2.0.3-10.2.0.9') })], 4)).toBe('ip saddr { 10.1.0.0/24, 10.2.0.3-10.2.0.9 } tcp dport 443 accept');
  });

  it('for answers swap the ends and ask for the state', () => {
    expect(nftables.writeRules([permit({ answer: true, ports: portRange(10006, 10006) })], 4)).toBe('ip daddr 10.1.0.5 tcp sport 10006 ct state established accept');
  });

  it('are a snippet where an address is to be filled in', () => {
    const ports = unionAll([portRange(1, 1), portRange(3, 3)]);
    expect(nftables.writeRules([permit({ from: { kind: 'placeholder', label: 'a} $b' }, ports })], 4)).toBe('ip saddr ${1:a\\} \\$b} tcp dport { 1, 3 \\} accept');
  });

  it('use the variable that stands for the addresses', () => {
    const text = `define server = 10.1.0.5\ndefine others = { 10.2.0.0/24, 10.3.0.1 }\n${FILE}`;
    expect(added(text, [permit({ to: addresses('10.2.0.0/24', '10.3.0.1') })])).toEqual(['        # Veeam: a to b', '        ip saddr $server ip daddr $others tcp dport 443 accept']);
    expect(added(`${text}redefine server = 10.9.9.9\n`, [permit()])[1]).toContain('$server');
    expect(added(`define server = 10.1.0.5\nredefine server = 10.9.9.9\n${FILE}`, [permit()])[1]).not.toContain('$');
  });

  it('have comments as the chain has them', () => {
    const text = FILE.replace('tcp dport 22 accept', 'tcp dport 22 accept comment "ssh"').replace(/ +# .*\n/g, '');
    expect(added(text, [permit({ note: 'say "no"\nmore' })])).toEqual(['        ip saddr 10.1.0.5 tcp dport 443 accept comment "say \'no\' more"']);
  });
});

describe('the place of new rules', () => {
  it('is above the rule that would deny them, and above its comments', () => {
    expect(written(FILE, [permit()], { before: 'tcp dport 1-1024 drop' })).toContain('accept\n\n        # Veeam: a to b\n        ip saddr 10.1.0.5 tcp dport 443 accept\n        # the rest\n        # is refused\n');
  });

  it('is above the closing deny and what it logs', () => {
    expect(written(FILE, [permit()])).toContain('drop\n        # Veeam: a to b\n        ip saddr 10.1.0.5 tcp dport 443 accept\n        log prefix');
  });

  it('is after the last rule where nothing closes the chain', () => {
    const text = FILE.replace('        log prefix "in: "\n        drop\n', '');
    expect(written(text, [permit()])).toContain('tcp dport 1-1024 drop\n        # Veeam: a to b\n        ip saddr 10.1.0.5 tcp dport 443 accept\n    }');
  });

  it('is inside an empty chain', () => {
    expect(written(FILE, [permit({ direction: 'out' })], { policy: 'inet filter output' })).toContain('policy drop;\n        # Veeam: a to b\n        ip saddr 10.1.0.5 tcp dport 443 accept\n    }\n}');
  });

  it('replaces a rule', () => {
    expect(written(FILE, [permit()], { before: 'tcp dport 1-1024 drop', replace: 'tcp dport 1-1024 drop' })).toContain('# is refused\n        log prefix');
    expect(written(FILE, [], { replace: 'tcp dport 22 accept' })).not.toContain('dport 22');
  });

  it('is on the line of a chain of one line', () => {
    const text = 'table inet filter { chain input { type filter hook input priority 0; policy drop; tcp dport 22 accept; drop; }; }\n';
    expect(written(text, [permit()])).toBe('table inet filter { chain input { type filter hook input priority 0; policy drop; tcp dport 22 accept; ip saddr 10.1.0.5 tcp dport 443 accept; drop; }; }\n');
    expect(written('table inet filter { chain input { type filter hook input priority 0; policy drop; }; }\n', [permit()])).toContain('policy drop; ip saddr 10.1.0.5 tcp dport 443 accept; }; }');
  });

  it('is in the form of commands where the chain is written so', () => {
    const text = 'add table inet filter\nadd chain inet filter input { type filter hook input priority 0; policy drop; }\nadd rule inet filter input tcp dport 22 accept\nadd rule inet filter input drop\n';
    expect(written(text, [permit()])).toContain('22 accept\n# Veeam: a to b\nadd rule inet filter input ip saddr 10.1.0.5 tcp dport 443 accept\nadd rule inet filter input drop');
    expect(written(text.split('\n').slice(0, 2).join('\n'), [permit()]).split('\n').slice(2)).toEqual(['# Veeam: a to b', 'add rule inet filter input ip saddr 10.1.0.5 tcp dport 443 accept', '']);
  });

  it('comes first among inserted rules', () => {
    const text = 'add table inet filter\nadd chain inet filter input { type filter hook input priority 0; policy drop; }\ninsert rule inet filter input drop\ninsert rule inet filter input tcp dport 22 accept\n';
    const out = written(text, [permit()], { before: 'insert rule inet filter input drop' });
    expect(policyOf(read(out), 'inet filter input').main.entries.map((e) => e.rule.action.kind)).toEqual(['accept', 'accept', 'drop']);
    expect(out).toContain('insert rule inet filter input ip saddr 10.1.0.5 tcp dport 443 accept');
  });

  it('is before the jump that leads to the deny', () => {
    const text = 'table inet filter {\n\tchain deny {\n\t\ttcp dport 443 drop\n\t}\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tip saddr 10.0.0.0/8 jump deny\n\t}\n}\n';
    expect(written(text, [permit()], { before: 'tcp dport 443 drop' })).toContain('accept;\n\t\t# Veeam: a to b\n\t\tip saddr 10.1.0.5 tcp dport 443 accept\n\t\tip saddr 10.0.0.0/8 jump deny');
  });

  it('is before a rule with an anonymous chain', () => {
    const text = 'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tmeta l4proto tcp jump {\n\t\t\ttcp dport 443 drop\n\t\t}\n\t}\n}\n';
    expect(written(text, [permit()], { before: 'tcp dport 443 drop' })).toContain('443 accept\n\t\tmeta l4proto tcp jump {');
  });

  it('keeps the line breaks of the file', () => {
    expect(written(FILE.replaceAll('\n', '\r\n'), [permit()])).not.toMatch(/[^\r]\n/);
  });

  it('is inside the chain where text was lost outside of it', () => {
    const text = 'include "gone.nft"\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n';
    expect(written(text, [permit()])).toContain('policy drop;\n\t\t# Veeam: a to b\n\t\tip saddr 10.1.0.5 tcp dport 443 accept\n\t}\n');
  });

  it('is nowhere in an included file', () => {
    const include = (): { uri: string; text: string }[] => [{ uri: 'file:///other.nft', text: FILE }];
    const text = 'include "other.nft"\n';
    const reading = nftables.createReader().read(text, { uri: 'file:///w.nft', include });
    expect(nftables.write({ text, reading, policy: policyOf(reading, 'inet filter input'), permits: [permit()] })).toBeUndefined();
  });
});

describe('a new file', () => {
  it('denies by default both ways, lets its permits through and reads without problems', () => {
    const text = nftables.writePolicy([permit(), permit({ direction: 'out', from: ANY, to: addresses('10.9.0.1', 'fd00::1') })], ['veeam-ports: guards x']);
    const reading = read(text);
    expect(reading.problems).toEqual([]);
    expect(reading.fragments.map(({ policy }) => `${policy.key} ${policy.default}`)).toEqual(['inet filter input drop', 'inet filter output drop']);
    expect(text).toContain('# veeam-ports: guards x\n');
    expect(text).toContain('\t\tip saddr 10.1.0.5 tcp dport 443 accept\n');
    expect(text).toContain('\t\tip6 daddr fd00::1 tcp dport 443 accept\n');
  });

  it('has a forward chain for what passes through', () => {
    expect(read(nftables.writePolicy([], ['veeam-ports: transit'])).fragments.map((f) => f.key)).toEqual(['inet filter forward']);
  });
});
