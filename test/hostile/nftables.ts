/** Rule sets of nftables that a careless or hostile author could hand over. */
import { DIRECTIVES, type Generator, address, lines, port, repeated } from './generators.ts';

const nftInput = (body: string): string => `${DIRECTIVES}\ntable inet filter {\nchain input {\ntype filter hook input priority 0; policy drop;\n${body}\n}\n}\n`;
const nftTable = (body: string): string => `${DIRECTIVES}\ntable inet filter {\n${body}\n}\n`;

export const NFTABLES: Readonly<Record<string, Generator>> = {
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
