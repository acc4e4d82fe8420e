/** Save files and shell scripts that a careless or hostile author could hand over. */
import { DIRECTIVES, type Generator, address, lines, port, repeated } from './generators.ts';

const save = (body: string): string => `${DIRECTIVES}\n*filter\n:INPUT DROP [0:0]\n${body}\nCOMMIT\n`;
const script = (body: string): string => `#!/bin/sh\n${DIRECTIVES}\niptables -P INPUT DROP\n${body}\n`;

export const IPTABLES: Readonly<Record<string, Generator>> = {
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
  'blank lines': repeated('\n', save),
  'spaces of other kinds': repeated('a\u00a0 \u2028 ', script),
  'NUL': repeated('\0', save),
};
