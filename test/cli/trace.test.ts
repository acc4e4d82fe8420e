import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { packetJson, traceJson } from './contract.ts';
import { expectRefusal, place } from './tool.ts';

const here = place();

const RULES = `table inet filter {
	chain web {
		tcp dport { 80, 443 } accept
	}
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established accept
		icmp type echo-request accept
		icmpv6 type echo-request accept
		ip saddr 10.0.0.0/8 jump web
		udp dport 53 reject
		udp dport 54 meta mark 7 accept
	}
	chain output {
		type filter hook output priority 0; policy accept;
		tcp dport 25 drop
	}
}
table ip early {
	chain pre {
		type filter hook prerouting priority -300; policy accept;
		tcp dport 8443 drop
	}
}
`;
here.put('rules.nft', RULES);

const packet = (from: string, to: string, protocol: string, ...rest: string[]): string[] => ['trace', 'rules.nft', '--from', from, '--to', to, '--protocol', protocol, ...rest];
const traced = (...args: Parameters<typeof packet>): v.InferOutput<typeof traceJson> => v.parse(traceJson, here.json([...packet(...args), '--format', 'json']));

describe('trace', () => {
  it.each([
    [['10.1.1.1', '10.0.0.1', 'tcp', '--port', '443'], 'accept', 'tcp dport { 80, 443 } accept', 'accept'],
    [['11.1.1.1', '10.0.0.1', 'tcp', '--port', '443'], 'drop', 'drop', 'default'],
    [['10.1.1.1', '10.0.0.1', 'tcp', '--port', '8443'], 'drop', 'tcp dport 8443 drop', 'drop'],
    [['10.1.1.1', '10.0.0.1', 'udp', '--port', '53'], 'drop', 'udp dport 53 reject', 'reject'],
    [['10.1.1.1', '10.0.0.1', 'udp', '--port', '54'], 'undecided', 'udp dport 54 meta mark 7 accept', 'undecided'],
    [['10.1.1.1', '10.0.0.1', 'tcp'], 'mixed', 'tcp dport 8443 drop', 'drop'],
    [['10.1.1.1', '10.0.0.1', 'tcp', '--source-port', '443', '--port', '50000', '--state', 'established'], 'accept', 'ct state established accept', 'accept'],
    [['10.1.1.1', '10.0.0.1', 'icmp'], 'accept', 'icmp type echo-request accept', 'accept'],
    [['fd00::1', 'fd00::2', 'icmp'], 'accept', 'icmpv6 type echo-request accept', 'accept'],
    [['10.1.1.1', '10.0.0.1', 'icmp', '--icmp-type', '13'], 'drop', 'drop', 'default'],
    [['10.0.0.1', '10.1.1.1', 'tcp', '--port', '25', '--direction', 'out'], 'drop', 'tcp dport 25 drop', 'drop'],
    [['10.0.0.1', '10.1.1.1', '6', '--port', '25', '--direction', 'out', '--policy', 'inet filter output'], 'drop', 'tcp dport 25 drop', 'drop'],
    [['10.0.0.1', '10.1.1.1', 'gre', '--direction', 'out'], 'accept', 'accept', 'default'],
  ] as const)('%j: %s by %s', (args, verdict, text, action) => {
    const { policies, verdict: top } = traced(...(args as unknown as Parameters<typeof packet>));
    expect({ top, ...policies[0] }).toMatchObject({ top: verdict, verdict, decidedBy: { text, action } });
  });

  it('shows the way to the rule', () => {
    const [policy] = traced('10.1.1.1', '10.0.0.1', 'tcp', '--port', '80').policies;
    expect(policy).toMatchObject({ name: 'inet filter input', direction: 'in', decidedBy: { range: { start: { line: 3, column: 3 }, end: { line: 3, column: 31 } } } });
    expect(policy?.steps.map((s) => s.action)).toContain('jump');
  });

  it('prints steps for people', () => {
    const { status, stdout } = here.run(packet('10.1.1.1', '10.0.0.1', 'tcp', '--port', '80'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^inet filter input \(in\): accept\n/);
    expect(stdout).toMatch(/\n {2}decided by rules\.nft:3:3 accept: tcp dport \{ 80, 443 \} accept\n$/);
  });

  it('lets pass what nothing filters, and says so', () => {
    here.put('v4.nft', 'table ip t { chain c { type filter hook input priority 0; policy drop; } }\n');
    const six = here.run(['trace', 'v4.nft', '--from', 'fd00::1', '--to', 'fd00::2', '--protocol', 'tcp', '--port', '1', '--format', 'json']);
    expect(v.parse(traceJson, JSON.parse(six.stdout)).verdict).toBe('accept');
    expect(six.stderr).toBe('veeam-ports: no incoming policy of the file filters IPv6: the packet passes\n');
    const out = here.run(['trace', 'v4.nft', '--from', '10.0.0.1', '--to', '10.0.0.2', '--protocol', 'tcp', '--direction', 'out', '--format', 'json']);
    expect(v.parse(traceJson, JSON.parse(out.stdout))).toEqual({ schema: 1, policies: [], verdict: 'accept' });
    expect(out.stderr).toBe('veeam-ports: no policy of the file filters outgoing packets: they pass\n');
  });

  it('knows where a packet comes in', () => {
    here.put('interfaces.nft', 'table inet t { chain c { type filter hook input priority 0; policy drop; iifname "eth0" tcp dport 22 accept\n} }\n');
    const verdict = (...args: string[]): unknown => (here.json(['trace', 'interfaces.nft', '--from', '10.0.0.1', '--to', '10.0.0.2', '--protocol', 'tcp', '--port', '22', '--format', 'json', ...args]) as { verdict: unknown }).verdict;
    expect([verdict(), verdict('--in-interface', 'eth0'), verdict('--in-interface', 'eth1')]).toEqual(['undecided', 'accept', 'drop']);
  });
});

describe('trace --packets', () => {
  const LINES = [
    { from: '10.1.1.1', to: '10.0.0.1', protocol: 'tcp', port: 443, direction: 'in' },
    { from: '10.1.1.1', to: '10.0.0.1', protocol: 'tcp', port: 443, direction: 'out', sourcePort: 5000, state: 'new', policy: 'inet filter output' },
    { from: '10.1.1.1', to: '10.0.0.1', protocol: 17, port: 53, direction: 'in', expected: 'drop' },
    { from: 'fd00::1', to: 'fd00::2', protocol: 'icmpv6', icmpType: 128, icmpCode: 0, direction: 'in' },
    { from: '10.1.1.1', to: '10.0.0.1', protocol: 'tcp', port: 1, direction: 'transit' },
  ];
  const answer = (lines: readonly unknown[], stdin = lines.map((line) => JSON.stringify(line)).join('\n')): ReturnType<typeof here.run> => here.run(['trace', 'rules.nft', '--packets', '-'], { stdin });

  it('answers each line in its order', () => {
    const { status, stdout } = answer(LINES);
    expect(status).toBe(0);
    const answers = stdout.trimEnd().split('\n').map((line) => v.parse(packetJson, JSON.parse(line)));
    expect(answers.map((a) => a.verdict)).toEqual(['accept', 'accept', 'drop', 'accept', 'accept']);
    expect(answers.map((a) => a.decidedBy?.text)).toEqual(['tcp dport { 80, 443 } accept', 'accept', 'udp dport 53 reject', 'icmpv6 type echo-request accept', 'accept']);
  });

  it('reads files, CR LF, blank lines, and no line at all', () => {
    here.put('packets.jsonl', `\r\n${LINES.slice(0, 2).map((line) => JSON.stringify(line)).join('\r\n\r\n')}\r\n`);
    expect(here.run(['trace', 'rules.nft', '--packets', 'packets.jsonl']).stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(answer([])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.each([
    ['no JSON', '{"from":', /line 2: not a line of JSON/],
    ['no object', '[1]', /line 2: a packet is a JSON object/],
    ['no address', '{"from":"010.1.1.1","to":"10.0.0.1","protocol":"tcp"}', /line 2: from “010.1.1.1” is not an IP address/],
    ['no end', '{"from":"10.1.1.1","protocol":"tcp"}', /line 2: to is missing/],
    ['two families', '{"from":"10.1.1.1","to":"::1","protocol":"tcp"}', /line 2: .*two address families/],
    ['no protocol', '{"from":"10.1.1.1","to":"10.0.0.1","protocol":"tpc"}', /line 2: protocol “tpc”/],
    ['a port that is none', '{"from":"10.1.1.1","to":"10.0.0.1","protocol":"tcp","port":1.5}', /line 2: port “1.5” is not a number from 0 to 65535/],
    ['a direction that is none', '{"from":"10.1.1.1","to":"10.0.0.1","protocol":"tcp","direction":"inward"}', /line 2: direction “inward” is not in, out or transit/],
    ['an unknown policy', '{"from":"10.1.1.1","to":"10.0.0.1","protocol":"tcp","policy":"inet filter inputs"}', /line 2: the file has no policy “inet filter inputs”; it has inet filter input/],
  ])('refuses %s', (_, line, why) => {
    expectRefusal(answer([], `${JSON.stringify(LINES[0])}\n${line}\n`), why);
  });
});

describe('refusals of trace', () => {
  it.each([
    [['trace'], /missing required argument/],
    [['trace', 'nosuch.nft', '--from', '10.0.0.1', '--to', '10.0.0.2', '--protocol', 'tcp'], /nosuch\.nft: no such file/],
    [['trace', '.', '--from', '10.0.0.1', '--to', '10.0.0.2', '--protocol', 'tcp'], /is a folder/],
    [['trace', 'rules.nft', '--from', '10.0.0.1', '--to', '10.0.0.2'], /--protocol is missing/],
    [['trace', 'rules.nft', '--to', '10.0.0.2', '--protocol', 'tcp'], /--from is missing/],
    [packet('10.0.0.1', 'fd00::1', 'tcp'), /two address families/],
    [packet('10.0.0.1', '10.0.0.2', 'icmp', '--port', '3'), /--port does not go with protocol icmp/],
    [packet('10.0.0.1', '10.0.0.2', 'tcp', '--icmp-type', '3'), /--icmp-type does not go with protocol tcp/],
    [packet('10.0.0.1', '10.0.0.2', 'tcp', '--port', '65536'), /port “65536”/],
    [packet('10.0.0.1', '10.0.0.2', 'tcp', '--policy', 'inet filter output'), /filters outgoing packets: ask with direction out/],
    [packet('10.0.0.1', '10.0.0.2', 'tcp', '--state', 'related'), /state “related” is not new or established/],
    [packet('10.0.0.1', '10.0.0.2', 'tcp', '--format', 'sarif'), /not known; this command has pretty or json/],
    [['trace', 'rules.nft', '--packets', 'nosuch.jsonl'], /nosuch\.jsonl: no such file/],
    [['trace', 'rules.nft', '--packets', '-', '--from', '10.0.0.1'], /takes the place of --from/],
    [['trace', '-', '--dialect', 'nftables', '--packets', '-'], /cannot be both/],
  ] as const)('%j', (args, why) => {
    expectRefusal(here.run(args), why);
  });
});
