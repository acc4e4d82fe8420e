// Random iptables rule sets: iptables-save files of one family, and shell scripts of commands for both.
import type { Family } from '../address.ts';
import { PROTOCOL } from '../packets.ts';
import { type Aim, type Block, type Direction, type Line, type Node, type Part, type Path, render, type RuleSet } from '../ruleSet.ts';
import { type BuiltIn, type IpSet, Matches, type Place, type Table, type Variable } from './iptablesMatches.ts';
import { disjoint, Random, rangeText, Universe } from './random.ts';

/** Items of the dialect's row that decide packets or stand where packets are decided. */
export const IPTABLES_ITEMS: readonly string[] = [
  '-p', '-s', '-d', '--sport', '--dport', 'multiport', 'multiport --ports', 'multiport --sports', 'iprange', 'conntrack', 'state', '--tcp-flags', '--syn', 'icmp', '!', 'user chain', 'RETURN', 'goto', 'jump', '-i', '-o', 'interface wildcard', 'policy',
  'counters', 'REJECT', 'DROP', 'ACCEPT', 'LOG', 'comment', 'raw', 'mangle', 'nat', '-A', '-I', '-I n', '-P', '-N', '-F', 'variable', 'iptables-save', 'script', 'IPv6', 'notrack', 'addrtype',
  'conntrack tuple', 'pkttype', 'fragment', 'holed mask', 'ipset script', 'loop', 'function', 'condition', 'restore within a script', '-D', '-R',
];

/** Items that leave the verdict open. */
export const IPTABLES_MAYBE_ITEMS: readonly string[] = ['mark', 'owner', 'recent', 'limit', 'set'];

const HOOKS: Readonly<Record<Table, readonly BuiltIn[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

const DIRECTIONS: Readonly<Record<BuiltIn, readonly Direction[]>> = { PREROUTING: ['in', 'transit'], INPUT: ['in'], FORWARD: ['transit'], OUTPUT: ['out'], POSTROUTING: ['out', 'transit'] };

interface Chain {
  readonly name: string;
  readonly hook?: BuiltIn;
  readonly policy?: 'ACCEPT' | 'DROP';
  /** User chains that may be called from here. */
  readonly calls: readonly string[];
  readonly rules: readonly Line[];
}

interface TableRules {
  readonly family: Family;
  readonly table: Table;
  readonly chains: readonly Chain[];
}

/** The ipsets that maybe-rules name: the product sees them only where a script makes them. */
const IPSETS = 'ipset -exist create known4 hash:net family inet; ipset -exist add known4 10.1.0.0/24; ipset -exist create known6 hash:net family inet6; ipset -exist add known6 fd0a:1::/64\n';

const line = (text: string, items: readonly string[] = []): Line => ({ kind: 'line', parts: [{ text }], items });

class Generator {
  private readonly random: Random;
  private readonly universe: Universe;
  private readonly form: 'save' | 'script';
  private readonly matches: Matches;
  private readonly variables: Variable[] = [];
  private readonly ipsets: IpSet[] = [];
  private readonly maybe: boolean;
  private readonly tagged: boolean;
  private readonly translated: boolean;
  private readonly untracked: boolean;
  private readonly legacy: boolean;
  private readonly paths: Path[] = [];
  private tags = 0;

  constructor(private readonly seed: number) {
    this.random = new Random(seed ^ 0x1b7ab1e5);
    const { random } = this;
    this.universe = new Universe(random);
    this.form = random.chance(0.72) ? 'save' : 'script';
    if (this.form === 'script') this.makeVariables();
    this.matches = new Matches(this.universe, random, this.variables);
    if (this.form === 'script' && random.chance(0.5)) for (const family of [4, 6] as const) for (const number of [1, 2]) this.ipsets.push(this.matches.makeIpset(family, number));
    this.maybe = random.chance(0.15);
    this.legacy = !this.maybe && random.chance(0.1);
    this.tagged = !this.legacy && random.chance(0.6);
    this.translated = random.chance(0.12);
    this.untracked = random.chance(0.08);
  }

  generate(): RuleSet {
    const { random } = this;
    const families: readonly Family[] = this.form === 'script' ? random.pick([[4], [4, 6], [6]] as const) : [random.chance(0.6) ? 4 : 6];
    const budget = random.between(20, 60) / families.length;
    const tables = families.flatMap(family => this.tables(family, budget));
    const nodes = this.form === 'save' ? this.save(tables) : this.script(tables);
    const six = families[0] === 6;
    const { text } = render(nodes);
    const loader = this.form === 'script' ? 'shell' : `${six ? 'ip6tables' : 'iptables'}${this.legacy ? '-legacy' : ''}` as const;
    return {
      dialect: 'iptables', seed: this.seed, loader, fileName: this.form === 'script' ? 'firewall.sh' : six ? 'rules.v6' : 'rules.v4', nodes,
      ...(this.maybe && { before: IPSETS }), paths: this.paths, maybe: this.maybe,
      tracked: /conntrack|state|-t nat|\*nat|NOTRACK|notrack/.test(text), portsOnly: false, untracked: this.untracked, oneReason: !this.maybe, translated: this.translated && families.includes(4), tagged: this.tagged,
    };
  }

  private makeVariables(): void {
    const { random, universe } = this;
    const ports = disjoint([0, 1, 2].map(() => universe.portRange()));
    this.variables.push({ name: 'PORTS', value: `"${ports.map(p => (p.first === p.last ? p.first : `${p.first}:${p.last}`)).join(',')}"`, holds: 'ports', aim: { ports } });
    const port = universe.portRange();
    this.variables.push({ name: 'SSH_PORT', value: String(port.first), holds: 'port', aim: { ports: [{ first: port.first, last: port.first }] } });
    for (const family of [4, 6] as const) {
      const range = universe.range(family, random.pick(['eth0', 'eth1']), ['host', 'prefix']);
      this.variables.push({ name: `LAN${family}`, value: random.chance(0.5) ? `"${rangeText(range)}"` : rangeText(range), holds: `address${family}`, aim: { addresses: [range] } });
    }
  }

  private tables(family: Family, budget: number): TableRules[] {
    const { random } = this;
    const made: TableRules[] = [];
    if (this.untracked || random.chance(0.2)) made.push(this.table(family, 'raw', random.pick([['PREROUTING'], ['PREROUTING', 'OUTPUT']] as const), this.untracked ? 8 : 4));
    if (random.chance(0.25)) made.push(this.table(family, 'mangle', random.some(HOOKS.mangle, 2), 6));
    if (this.translated && family === 4) made.push(this.nat());
    made.push(this.table(family, 'filter', random.some(HOOKS.filter, random.weighted([[4, 3], [2, 2], [1, 1]])), budget));
    return made;
  }

  private table(family: Family, table: Table, hooks: readonly BuiltIn[], budget: number): TableRules {
    const { random } = this;
    for (const hook of hooks) for (const direction of DIRECTIONS[hook]) this.paths.push({ family, direction });
    const names = Array.from({ length: table === 'filter' ? random.between(1, 5) : random.below(2) }, (_, i) => `${table === 'filter' ? random.pick(['WEB', 'in-', 'SUB_', 'chain.']) : 'PRE'}${i}`);
    const share = (user: boolean) => Math.max(1, Math.round((budget * (user ? 0.7 : 1.3)) / (hooks.length + names.length)));
    const chain = (name: string, calls: readonly string[], hook?: BuiltIn): Chain => ({
      name, calls, ...(hook && { hook, policy: table === 'filter' && random.chance(0.6) ? 'DROP' as const : 'ACCEPT' as const }),
      rules: Array.from({ length: share(hook === undefined) }, () => this.rule({ family, table, ...(hook && { hook }), maybe: this.maybe }, name, calls)),
    });
    return { family, table, chains: [...hooks.map(hook => chain(hook, names, hook)), ...names.map((name, i) => chain(name, names.slice(i + 1)))] };
  }

  private nat(): TableRules {
    const rule = (text: string, aim: Aim): Line => ({ kind: 'line', parts: [{ text, aim }, ...this.comment()], items: ['nat'], ...this.tagOf() });
    const translation = this.random.pick(['-s 10.0.0.0/8 -o eth1 -j MASQUERADE', '-s 10.0.0.0/8 -o eth1 -j SNAT --to-source 192.168.1.1']);
    return { family: 4, table: 'nat', chains: [
      { name: 'PREROUTING', hook: 'PREROUTING', policy: 'ACCEPT', calls: [], rules: [rule('-d 203.0.113.77/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.20.5:80', {})] },
      { name: 'POSTROUTING', hook: 'POSTROUTING', policy: 'ACCEPT', calls: [], rules: [rule(translation, { family: 4, directions: ['transit'] })] },
    ] };
  }

  private tagOf(): { tag?: string } {
    return this.tagged ? { tag: `r${this.tags}` } : {};
  }

  private comment(): Part[] {
    this.tags++;
    if (this.tagged) return [{ text: `-m comment --comment "r${this.tags}"`, items: ['comment'] }];
    return this.random.chance(0.12) ? [{ text: '-m comment --comment "see the plan, -j page 3"', items: ['comment'] }] : [];
  }

  private rule(place: Place, chain: string, calls: readonly string[]): Line {
    const { random, matches } = this;
    const parts: Part[] = [];
    const count = random.weighted([[0.15, 0], [2, 1], [4, 2], [3, 3]]);
    const early = place.table === 'raw' && !random.chance(0.2);
    let protocolSaid = false;
    const taken = new Set<string>();
    for (let i = 0; i < count; i++) {
      const what = random.weighted([
        [3.5, 'source'], [2, 'destination'], [protocolSaid ? 0 : 5, 'port'], [protocolSaid ? 0 : 0.8, 'protocol'], [0.9, 'iprange'], [0.4, 'address type'], [0.3, 'packet type'], [place.family === 4 ? 0.2 : 0, 'fragment'], [place.family === 4 ? 0.5 : 0, 'holed mask'], [early ? 0 : 0.5, 'tuple'], [this.ipsets.some(set => set.family === place.family) ? 2 : 0, 'ipset'], [early ? 0 : 1.2, 'state'], [protocolSaid ? 0 : 0.7, 'flags'], [protocolSaid ? 0 : 0.9, 'icmp'], [1.6, 'interface'], [place.maybe ? 1.2 : 0, 'unknowable'],
      ] as const);
      if (taken.has(what)) continue;
      taken.add(what);
      if (what === 'source' || what === 'destination') {
        const address = matches.address(what, place);
        // iptables takes no negated address beside a list of addresses
        if (!parts.some(other => (other.elements && address.text.startsWith('!')) || (address.elements && /^! (-s|-d|--[sd])/.test(other.text)))) parts.push(address);
      }
      else if (what === 'iprange') parts.push(matches.iprange(place));
      else if (what === 'address type') parts.push(matches.addressType(place));
      else if (what === 'packet type') parts.push(matches.packetType());
      else if (what === 'fragment') parts.push(matches.fragment());
      else if (what === 'tuple') parts.push(matches.tuple(place));
      else if (what === 'ipset') parts.push(matches.ipset(random.pick(this.ipsets.filter(set => set.family === place.family))));
      else if (what === 'holed mask') {
        const end = random.pick(['source', 'destination'] as const);
        if (!taken.has(end)) parts.push(matches.holedMask(place, end));
        taken.add(end);
      }
      else if (what === 'state') parts.push(matches.state());
      else if (what === 'interface') parts.push(matches.interface(place));
      else if (what === 'unknowable') parts.push(matches.unknowable(place));
      else {
        protocolSaid = true;
        parts.push(...(what === 'port' ? matches.port() : what === 'protocol' ? [matches.protocol(place)] : what === 'flags' ? matches.flags() : matches.icmp(place)));
      }
    }
    const tcp = parts.some(part => /^(-p|--protocol) (tcp|6)$/.test(part.text));
    const target = calls.length > 0 && random.chance(0.14) ? this.call(calls) : this.target(place, tcp);
    const comment = this.comment();
    const directions = place.hook && DIRECTIONS[place.hook];
    const aim: Aim = { family: place.family, ...(directions && { directions }) };
    const items = [...(place.table === 'filter' ? [] : [place.table]), ...(place.hook ? [] : ['user chain']), ...(place.family === 6 ? ['IPv6'] : [])];
    return { kind: 'line', parts: [...parts, ...(random.chance(0.5) ? [...comment, target] : [target, ...comment])], items, aim, ...(!place.hook && { inside: chain }), ...this.tagOf() };
  }

  private call(calls: readonly string[]): Part {
    const [option, item] = this.random.weighted([[5, ['-j', 'jump']], [3, ['-g', 'goto']], [0.5, ['--jump', 'jump']]] as const);
    const callee = this.random.pick(calls);
    return { text: `${option} ${callee}`, items: [item], calls: callee };
  }

  private target(place: Place, tcp: boolean): Part {
    const { random } = this;
    const filter = place.table === 'filter';
    const six = place.family === 6;
    const [text, item] = random.weighted<readonly [string, string]>([
      [9, ['-j ACCEPT', 'ACCEPT']], [filter ? 5 : 7, ['-j DROP', 'DROP']], [place.hook === undefined ? 2.5 : 0.4, ['-j RETURN', 'RETURN']], [0.8, [random.pick(['-j LOG', '-j LOG --log-prefix "fw drop: " --log-level 4']), 'LOG']],
      [filter ? 1.5 : 0, ['-j REJECT', 'REJECT']], [filter ? 0.7 : 0, [`-j REJECT --reject-with ${six ? 'icmp6-adm-prohibited' : 'icmp-host-prohibited'}`, 'REJECT']], [filter && tcp ? 0.7 : 0, ['-j REJECT --reject-with tcp-reset', 'REJECT']],
      [0.3, ['', 'counting']], [this.untracked && place.table === 'raw' ? 9 : 0, [random.pick(['-j NOTRACK', '-j CT --notrack']), 'notrack']], [0.2, ['--jump ACCEPT', 'ACCEPT']],
    ]);
    return { text, items: [item] };
  }

  private save(tables: readonly TableRules[]): Node[] {
    const { random } = this;
    const counted = random.chance(0.3);
    const blocks = tables.map(({ table, chains }): Block => {
      const declared: Line[] = chains.flatMap(chain => {
        if (chain.hook === undefined) return [line(`:${chain.name} - [0:0]`)];
        return chain.policy === 'ACCEPT' && random.chance(0.2) ? [] : [line(`:${chain.name} ${chain.policy ?? 'ACCEPT'} ${random.pick(['[0:0]', '[1234:567890]'])}`)];
      });
      const rules = chains.flatMap(chain => chain.rules.map((rule, i) => {
        const command = random.chance(0.05) && i > 0 ? random.pick(['-I', '-I n'] as const) : '-A';
        const head = command === '-I n' ? `-I ${chain.name} ${random.between(1, i)}` : `${command} ${chain.name}`;
        return { ...rule, parts: [{ text: (counted ? '[0:0] ' : '') + head }, ...rule.parts], items: [...rule.items, command, 'iptables-save', ...(counted ? ['counters'] : [])] };
      }));
      const remarks = random.chance(0.2) ? [line('# Generated by iptables-save v1.8.9 on Tue Mar  3 10:11:12 2026')] : [];
      return { kind: 'block', head: `*${table}`, tail: 'COMMIT', items: [], children: [...remarks, ...declared, ...rules] };
    });
    // iptables-restore takes no indentation
    return blocks.flatMap(block => [line(block.head), ...block.children.map(child => ({ ...child, items: [...block.items, ...child.items] })), line(block.tail)]);
  }

  private script(tables: readonly TableRules[]): Node[] {
    const { random } = this;
    const nodes: Node[] = [line('#!/bin/sh'), ...(random.chance(0.3) ? [line('set -e')] : [])];
    const programs: Record<Family, string[]> = { 4: ['iptables', 'iptables', '/usr/sbin/iptables', 'iptables -w'], 6: ['ip6tables', 'ip6tables'] };
    if (this.legacy) {
      programs[4] = ['iptables-legacy', '/usr/sbin/iptables-legacy -w'];
      programs[6] = ['ip6tables-legacy'];
    } else if (random.chance(0.5)) {
      nodes.push(line('IPT=iptables'), line('IPT6="/usr/sbin/ip6tables"'));
      programs[4] = ['$IPT', '"$IPT"'];
      programs[6] = ['$IPT6', '${IPT6}'];
    }
    const named = random.chance(0.5) ? [] : [line('# what follows is for the backup network')];
    nodes.push(...this.variables.map(v => line(`${v.name}=${v.value}`)), ...named);
    if (this.maybe && random.chance(0.5)) nodes.push(line(IPSETS.trim()));
    nodes.push(line('MODE=backup'), ...this.ipsets.flatMap(set => set.commands.map(command => line(command))));
    for (const { family, table, chains } of tables) nodes.push(...this.commands(`${family === 4 ? 'ip' : 'ip6'} ${table}`, chains, () => random.pick(programs[family]) + (table === 'filter' && random.chance(0.9) ? '' : ` -t ${table}`)));
    return [...nodes, line('exit 0')];
  }

  /** The same rule for several ports: in a loop, or by a function. */
  private repeated(chain: Chain, program: string, items: readonly string[]): Node[] {
    const { random, universe } = this;
    const comment = this.comment().map(part => ` ${part.text}`).join('');
    const protocol = random.pick(['tcp', 'udp'] as const);
    const ports = disjoint([0, 1, 2].map(() => universe.port()).map(port => ({ first: port, last: port })));
    const target = random.pick(['ACCEPT', 'DROP']);
    const directions = chain.hook && DIRECTIONS[chain.hook];
    const aim: Aim = { protocols: [PROTOCOL[protocol]], ports, ...(directions && { directions }) };
    const list = ports.map(({ first }) => first).join(' ');
    if (random.chance(0.5)) return [{ kind: 'line', parts: [{ text: `for port in ${list}; do ${program} -A ${chain.name} -p ${protocol} --dport $port${comment} -j ${target}; done`, aim }], items: [...items, 'loop'], ...(!chain.hook && { inside: chain.name }), ...this.tagOf() }];
    const name = `open_${this.tags}`;
    return [{ kind: 'line', parts: [{ text: `${name}() { ${program} -A "$1" -p ${protocol} --dport "$2"${comment} -j ${target}; }\n${ports.map(({ first }) => `${name} ${chain.name} ${first}`).join('\n')}`, aim }], items: [...items, 'function'], ...(!chain.hook && { inside: chain.name }), ...this.tagOf() }];
  }

  private commands(name: string, chains: readonly Chain[], program: () => string): Node[] {
    const { random } = this;
    const nodes: Node[] = [];
    const reset = random.chance(0.4);
    if (reset) nodes.push(line(`${program()} -F`), line(`${program()} -X`));
    for (const chain of chains) if (chain.hook === undefined) nodes.push(line(`${program()} ${random.pick(['-N', '--new-chain', '-N'])} ${chain.name}`, ['-N']));
    for (const chain of chains) if (chain.hook !== undefined && (chain.policy === 'DROP' || random.chance(0.5))) nodes.push({ ...line(`${program()} ${random.pick(['-P', '--policy', '-P'])} ${chain.name} ${chain.policy ?? 'ACCEPT'}`, ['-P']), policyOf: `${name} ${chain.name}` });
    for (const chain of chains) {
      const flushed = random.chance(0.12);
      if (flushed) nodes.push(line(`${program()} -A ${chain.name} -p tcp --dport 1:65535 -j ${name.endsWith('nat') ? 'ACCEPT' : random.pick(['ACCEPT', 'DROP'])}`), line(`${program()} -F ${chain.name}`));
      const decoy = '-p udp --dport 2:65000 -j ' + (name.endsWith('nat') ? 'ACCEPT' : random.pick(['ACCEPT', 'DROP']));
      const deleted = !flushed && random.chance(0.12);
      if (deleted) nodes.push(line(`${program()} -A ${chain.name} ${decoy}`), line(`${program()} -D ${chain.name} ${random.pick([decoy, '1'])}`));
      const own = [...(chain.hook ? [] : ['-N']), ...(flushed ? ['-F'] : []), ...(deleted ? ['-D'] : []), 'script'];
      let length = 0;
      for (const rule of chain.rules) {
        // a list of addresses makes one rule each
        const count = rule.parts.filter(part => /^(-s|-d|--s\S+|--d\S+) $/.test(part.text)).reduce((product, part) => product * (part.elements?.length ?? 1), 1);
        const form = random.weighted([[12, 'plain'], [0.7, 'condition'], [this.legacy ? 0 : 0.7, 'restore'], [count === 1 && length > 0 ? 0.7 : 0, 'replace']] as const);
        if (form === 'restore') {
          const tool = name.startsWith('ip6') ? 'ip6tables-restore' : 'iptables-restore';
          const head = `${tool} --noflush <<${random.pick(['EOF', 'END'])}`;
          nodes.push({ ...rule, parts: [{ text: `${head}\n*${name.split(' ')[1] ?? 'filter'}\n-A ${chain.name}` }, ...rule.parts, { text: `\nCOMMIT\n${head.slice(-3)}` }], items: [...rule.items, ...own, '-A', 'restore within a script'] });
          length += count;
          continue;
        }
        if (form === 'replace') {
          nodes.push(line(`${program()} -I ${chain.name} ${decoy}`), { ...rule, parts: [{ text: `${program()} -R ${chain.name} 1` }, ...rule.parts], items: [...rule.items, ...own, '-R'] });
          length += count;
          continue;
        }
        const command = length === 0 ? '-A' : random.weighted([[8, '-A'], [1, '-I'], [1, '-I n']] as const);
        const long = random.chance(0.1) ? { '-A': '--append', '-I': '--insert', '-I n': '--insert' }[command] : command.slice(0, 2);
        const test = form === 'condition' ? random.pick(['[ "$MODE" = backup ] && ', '[ "$MODE" = none ] || ', 'test -n "$MODE" && ']) : '';
        const head = `${test}${program()} ${long} ${chain.name}${command === '-I n' ? ` ${random.between(1, length + 1)}` : ''}`;
        length += count;
        const broken = random.chance(0.1) ? [{ text: '\\\n   ' }] : [];
        nodes.push({ ...rule, parts: [{ text: head }, ...broken, ...rule.parts], items: [...rule.items, ...own, command, ...(test === '' ? [] : ['condition'])] });
      }
      if (!name.endsWith('nat') && random.chance(0.35)) nodes.push(...this.repeated(chain, program(), own));
    }
    return nodes;
  }
}

export function generateIptables(seed: number): RuleSet {
  return new Generator(seed).generate();
}
