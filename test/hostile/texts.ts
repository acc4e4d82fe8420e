/** Texts of any size that a careless or hostile author could hand over, per dialect. */

/** Makes a text of about so many characters. */
export type Generator = (size: number) => string;

/** Lines, numbered, until the size is reached. */
function lines(make: (i: number) => string, around: (body: string) => string = (body) => body): Generator {
  return (size) => {
    const out: string[] = [];
    for (let length = 0, i = 0; length < size; i++) {
      const line = make(i);
      out.push(line);
      length += line.length + 1;
    }
    return around(out.join('\n'));
  };
}

const repeated = (piece: string, around: (body: string) => string = (body) => body): Generator => (size) => around(piece.repeat(Math.ceil(size / piece.length)));

const address = (i: number): string => `10.${String((i >> 16) & 255)}.${String((i >> 8) & 255)}.${String(i & 255)}`;
const port = (i: number): string => String(1 + ((i * 7919) % 65000));

const DIRECTIVES = ['guards ahv-worker', 'address backup-server 10.0.0.9', 'address prism-central 10.0.0.8'].map((d) => `# veeam-ports: ${d}`).join('\n');

const nftInput = (body: string): string => `${DIRECTIVES}\ntable inet filter {\nchain input {\ntype filter hook input priority 0; policy drop;\n${body}\n}\n}\n`;
const nftTable = (body: string): string => `${DIRECTIVES}\ntable inet filter {\n${body}\n}\n`;

const NFTABLES: Readonly<Record<string, Generator>> = {
  'accepting rules': lines((i) => `ip saddr ${address(i)} tcp dport ${port(i)} accept`, nftInput),
  'denying rules, then an accept': lines((i) => `ip saddr ${address(i * 3)} tcp dport ${port(i)} drop`, (body) => nftInput(`${body}\naccept`)),
  'overlapping ranges': lines((i) => `ip saddr ${address(i)}-${address(i + 500)} tcp dport ${String(1 + (i % 900))}-${String(1000 + (i % 5000))} ${i % 2 === 0 ? 'drop' : 'accept'}`, nftInput),
  'denies of parts of a flow': lines((i) => `ip saddr ${address(i)} tcp dport 443 drop`, (body) => `# veeam-ports: address backup-server 10.0.0.0/8\n${nftInput(`${body}\ntcp dport 443 accept`)}`),
  'rules that repeat': lines(() => 'tcp dport 443 accept', nftInput),
  'negations': lines((i) => `ip saddr != ${address(i)} tcp dport != ${port(i)} drop`, nftInput),
  'a set in one rule': (size) => nftInput(`ip saddr { ${lines((i) => `${address(i * 2)},`)(size)} 10.0.0.9 } accept`),
  'elements of a named set': (size) => nftTable(`set s { type ipv4_addr; elements = { ${lines((i) => `${address(i * 2)},`)(size)} 10.0.0.9 }\n}\nchain input { type filter hook input priority 0; policy drop;\nip saddr @s accept\n}`),
  'a map of verdicts': (size) => nftInput(`tcp dport vmap { ${lines((i) => `${String(1 + (i % 65000))} : ${i % 2 === 0 ? 'accept' : 'drop'},`)(size)} 65500 : accept }`),
  'a chain of jumps': lines((i) => `chain c${String(i)} { tcp dport ${port(i)} accept; jump c${String(i + 1)}; }`, (body) => nftTable(`${body}\nchain input { type filter hook input priority 0; policy drop;\njump c0\n}`)),
  'jumps in two': lines((i) => `chain c${String(i)} { tcp dport ${port(i)} jump c${String(i + 1)}; jump c${String(i + 1)}; }`, (body) => nftTable(`${body}\nchain input { type filter hook input priority 0; policy drop;\njump c0\n}`)),
  'base chains': lines((i) => `chain c${String(i)} { type filter hook input priority ${String(i)}; policy accept; tcp dport ${port(i)} accept; }`, nftTable),
  'doubling definitions': lines((i) => `define a${String(i + 1)} = { $a${String(i)}, $a${String(i)} }`, (body) => `define a0 = { 10.0.0.1 }\n${body}\n${nftInput('ip saddr $a30 accept')}`),
  'definitions of one another': lines((i) => `define a${String(i + 1)} = $a${String(i)}`, (body) => `define a0 = 22\n${body}\n${nftInput('tcp dport $a9 accept')}`),
  'opening braces': repeated('{'),
  'opening braces of chains': repeated('table t { chain c {\n'),
  'opening brackets in a rule': repeated('{', (body) => nftInput(`tcp dport ${body}`)),
  'quotes': repeated('" ', nftInput),
  'backslashes at line ends': repeated('\\\n', nftInput),
  'one long line': repeated('tcp dport 22 ', nftInput),
  'semicolons': repeated(';', nftInput),
  'unknown words': lines((i) => `frobnicate ${String(i)}`, nftInput),
  'directives': lines((i) => `# veeam-ports: ignore nutanix-ahv/a*b*${String(i)}/*/* dead-rule -- no`, (body) => `${body}\n${nftInput('tcp dport 22 accept')}`),
  'addresses of a component': lines((i) => `# veeam-ports: address backup-server ${address(i * 2)}`, (body) => `${nftInput('tcp dport 22 accept')}\n${body}`),
  'interfaces': lines((i) => `iifname "eth${String(i)}" tcp dport 443 accept`, nftInput),
  'comments': lines((i) => `# ${String(i)}`),
  'NUL': repeated('\0', nftInput),
  'lone surrogates': repeated('\ud800', nftInput),
};

const save = (body: string): string => `${DIRECTIVES}\n*filter\n:INPUT DROP [0:0]\n${body}\nCOMMIT\n`;
const script = (body: string): string => `#!/bin/sh\n${DIRECTIVES}\niptables -P INPUT DROP\n${body}\n`;

const IPTABLES: Readonly<Record<string, Generator>> = {
  'accepting rules': lines((i) => `-A INPUT -s ${address(i)}/32 -p tcp -m tcp --dport ${port(i)} -j ACCEPT`, save),
  'denying rules, then an accept': lines((i) => `-A INPUT -s ${address(i * 3)}/32 -p tcp -m tcp --dport ${port(i)} -j DROP`, (body) => save(`${body}\n-A INPUT -j ACCEPT`)),
  'negations': lines((i) => `-A INPUT ! -s ${address(i)}/32 -p tcp -m tcp ! --dport ${port(i)} -j DROP`, save),
  'a chain of jumps': lines((i) => `:C${String(i)} - [0:0]\n-A C${String(i)} -j C${String(i + 1)}`, (body) => save(`${body}\n-A INPUT -j C0`)),
  'sections': lines(() => '*filter\n:INPUT DROP [0:0]\nCOMMIT', (body) => `${DIRECTIVES}\n${body}`),
  'quotes': repeated('" ', save),
  'one long line': repeated(' -m tcp', (body) => save(`-A INPUT -p tcp${body} --dport 22 -j ACCEPT`)),
  'commands of a script': lines((i) => `iptables -A INPUT -s ${address(i)} -p tcp --dport ${port(i)} -j ACCEPT`, script),
  'rules inserted first': lines((i) => `iptables -I INPUT -s ${address(i)} -p tcp --dport ${port(i)} -j ACCEPT`, script),
  'rules deleted again': lines((i) => `iptables -A INPUT -p tcp --dport ${port(i)} -j ACCEPT\niptables -D INPUT -p tcp --dport ${port(i)} -j ACCEPT`, script),
  'doubling variables': lines((i) => `V${String(i + 1)}="$V${String(i)} $V${String(i)}"`, (body) => script(`V0=10.0.0.1\n${body}\niptables -A INPUT -s $V40 -j ACCEPT`)),
  'growing variable': lines((i) => `V="$V ${address(i)}"`, (body) => script(`${body}\nfor a in $V; do iptables -A INPUT -s $a -j ACCEPT; done`)),
  'nested loops': lines(() => 'for a in 1 2 3 4 5 6 7 8 9; do', (body) => script(`${body}\niptables -A INPUT -p tcp --dport 1$a -j ACCEPT\n`)),
  'functions that call one another': lines((i) => `f${String(i)}() { f${String(i + 1)}; f${String(i + 1)}; }`, (body) => script(`${body}\nf0`)),
  'command substitutions': repeated('$(', script),
  'opening braces': repeated('{ ', script),
  'parentheses': repeated('(', script),
  'here-documents': lines((i) => `cat <<E${String(i)}`, script),
  'if without end': lines(() => 'if true; then', script),
  'sets of addresses': (size) => script(`ipset create s hash:ip\n${lines((i) => `ipset add s ${address(i)}`)(size)}\niptables -A INPUT -m set --match-set s src -j ACCEPT`),
  'backslashes at line ends': repeated('\\\n', script),
  'NUL': repeated('\0', save),
};

export const HOSTILE: Readonly<Record<string, Readonly<Record<string, Generator>>>> = { nftables: NFTABLES, iptables: IPTABLES };
