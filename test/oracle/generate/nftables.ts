// Random nftables rule sets: tables, base chains and what they call, as blocks or as commands.
import type { Family } from '../address.ts';
import { type Aim, type Block, type Direction, type Line, type Node, type Part, type Path, render, type RuleSet } from '../ruleSet.ts';
import { type Hook, Matches, type Named, type Place, portText, type TableFamily } from './nftablesMatches.ts';
import { type NamedMap, Sets } from './nftablesSets.ts';
import { PROTOCOL } from '../packets.ts';
import { disjoint, Random, rangeText, Universe } from './random.ts';

/** Items of the dialect's row that decide packets or stand where packets are decided. */
export const NFTABLES_ITEMS: readonly string[] = [
  'family ip', 'family ip6', 'family inet', 'base chain', 'regular chain', 'priority', 'policy', 'jump', 'goto', 'return', 'named set', 'interval', 'concatenation', 'verdict map', 'map', 'define', 'include',
  'anonymous set', 'negation', 'th dport', 'th sport', 'meta l4proto', 'ct state', 'ct state vmap', 'icmp', 'icmpv6', 'log', 'counter', 'reject', 'add rule', 'insert rule', 'flush', 'element comment', 'comparison', 'tcp flags',
  'meta nfproto', 'ip protocol', 'ip6 nexthdr', 'iifname', 'oifname', 'interface wildcard', 'ip saddr', 'ip daddr', 'ip6 saddr', 'ip6 daddr', 'tcp dport', 'udp dport', 'tcp sport', 'udp sport', 'sctp dport', 'nat', 'notrack', 'late notrack', 'ct tuple', 'fib type',
  'mask', 'raw payload', 'ct direction', 'pkttype', 'catch-all', 'anonymous chain', 'index', 'reopened block',
];

/** Items that leave the verdict open. */
export const NFTABLES_MAYBE_ITEMS: readonly string[] = ['limit', 'quota'];

const DIRECTIONS: Readonly<Record<Hook, readonly Direction[]>> = { prerouting: ['in', 'transit'], input: ['in'], forward: ['transit'], output: ['out'], postrouting: ['out', 'transit'] };

const FAMILIES: Readonly<Record<TableFamily, readonly Family[]>> = { inet: [4, 6], ip: [4], ip6: [6] };

interface Chain {
  readonly name: string;
  readonly hook?: Hook;
  readonly early: boolean;
  /** `type ... policy ...;`, absent in a regular chain. */
  readonly header?: string;
  readonly items: readonly string[];
  /** Regular chains that may be called from here. */
  readonly calls: readonly string[];
}

const COMMENTS = ['# left by the installer', '# --- backup ---', '# tcp dport 22 accept'];

const line = (text: string, items: readonly string[] = []): Line => ({ kind: 'line', parts: [{ text }], items });

class Generator {
  private readonly random: Random;
  private readonly universe: Universe;
  private readonly matches: Matches;
  private readonly sets: Sets;
  private readonly maybe: boolean;
  private readonly tagged: boolean;
  private readonly bareTh: boolean;
  private readonly translated: boolean;
  private readonly untracked: boolean;
  /** `index` is used, and then no chain in braces: nft 1.0.6 crashes on both in one file. */
  private readonly indexed: boolean;
  private readonly paths: Path[] = [];
  private readonly places: string[] = [];
  private readonly files: Record<string, string> = {};
  private rules = 0;

  constructor(private readonly seed: number) {
    this.random = new Random(seed);
    this.universe = new Universe(this.random);
    this.matches = new Matches(this.universe, this.random);
    this.sets = new Sets(this.universe, this.random);
    this.maybe = this.random.chance(0.15);
    this.tagged = this.random.chance(0.6);
    this.bareTh = this.random.chance(0.15);
    this.translated = this.random.chance(0.12);
    this.untracked = this.random.chance(0.08);
    this.indexed = this.random.chance(0.5);
  }

  generate(): RuleSet {
    const { random } = this;
    const defines = this.defines();
    const tables = random.weighted<TableFamily[]>([[5, ['inet']], [2, ['ip', 'ip6']], [1, ['ip']], [1, ['ip6']], [3, ['inet', 'ip']], [2, ['inet', 'ip6']], [2, ['inet', 'inet']]]);
    const budget = random.between(20, 60);
    const body = tables.flatMap((family, i) => this.table(family, `t${i}`, Math.max(8, Math.floor(budget / tables.length)), defines.named));
    if (this.translated) body.push(...this.nat());
    if (this.untracked) body.push(this.notrack());
    const nodes: Node[] = [...(random.chance(0.5) ? [line('#!/usr/sbin/nft -f')] : []), ...(random.chance(0.4) ? [line('flush ruleset')] : []), ...defines.lines, ...body];
    const { text } = render(nodes);
    return {
      dialect: 'nftables', seed: this.seed, loader: 'nft', fileName: 'rules.nft', nodes, files: this.files, paths: this.paths, maybe: this.maybe,
      tracked: text.includes('ct state') || this.translated || this.untracked, portsOnly: this.bareTh || text.includes('meta l4proto . th'), untracked: this.untracked, oneReason: !this.maybe && new Set(this.places).size === this.places.length, translated: this.translated, tagged: this.tagged,
    };
  }

  private defines(): { lines: Node[]; named: Named[] } {
    const { random, universe } = this;
    const made: { text: string; named: Named }[] = [];
    const define = (name: string, value: string, holds: Named['holds'], aim: Named['aim']) => made.push({ text: `define ${name} = ${value}`, named: { use: `$${name}`, items: ['define'], holds, aim } });
    if (random.chance(0.5)) {
      const ports = disjoint(Array.from({ length: 3 }, () => universe.portRange()));
      define('BACKUP', `{ ${ports.map(p => portText(random, p)).join(', ')} }`, 'port', { ports });
    }
    if (random.chance(0.4)) {
      const port = universe.portRange();
      define('AGENT', portText(random, port), 'port', { ports: [port] });
    }
    for (const family of [4, 6] as const)
      if (random.chance(0.4)) {
        const addresses = disjoint(Array.from({ length: random.between(1, 3) }, () => universe.range(family, random.pick(['eth0', 'eth1']), ['host', 'prefix'])));
        const texts = addresses.map(a => rangeText(a));
        define(`NET${family}`, texts.length > 1 ? `{ ${texts.join(', ')} }` : (texts[0] ?? ''), `address${family}`, { addresses });
      }
    const named = made.map(m => m.named);
    if (made.length > 0 && random.chance(0.2)) {
      this.files['ports.nft'] = `${made.map(m => m.text).join('\n')}\n`;
      return { lines: [line('include "ports.nft"')], named: named.map(n => ({ ...n, items: ['include'] })) };
    }
    return { lines: made.map(m => line(m.text)), named };
  }

  private priority(hook: Hook): { text: string; number: number; early: boolean } {
    const choices = [[6, 'filter', 0], [6, '0', 0], [1, 'filter + 10', 10], [1, 'filter - 5', -5], [1, '-5', -5], [1, '10', 10], [1, 'mangle', -150], [1, 'security', 50], [1.5, 'raw', -300], [1.5, '-300', -300]] as const;
    const [text, number] = this.random.weighted(choices.map(([weight, name, value]) => [weight, [name, value]] as const));
    return { text, number, early: number < -200 && (hook === 'prerouting' || hook === 'output') };
  }

  private base(hook: Hook, name: string, calls: readonly string[], family: TableFamily): Chain {
    const { random } = this;
    for (const each of FAMILIES[family]) for (const direction of DIRECTIONS[hook]) this.paths.push({ family: each, direction });
    const { text, early, number } = this.priority(hook);
    for (const each of FAMILIES[family]) this.places.push(`${each} ${hook} ${number}`);
    const side = hook === 'prerouting' || hook === 'postrouting';
    const policy = random.weighted([[side ? 12 : 3, 'policy accept;'], [side ? 1 : 5, 'policy drop;'], [side ? 3 : 1, '']] as const);
    const type = hook === 'output' && text === 'mangle' && random.chance(0.5) ? 'route' : 'filter';
    const items = ['base chain', ...(/^(filter|0)$/.test(text) ? [] : ['priority'])];
    return { name, hook, early, header: `type ${type} hook ${hook} priority ${text}; ${policy}`.trim(), items, calls: hook === 'postrouting' ? [] : calls };
  }

  private table(family: TableFamily, name: string, budget: number, defines: readonly Named[]): Node[] {
    const { random } = this;
    const regular = Array.from({ length: random.between(1, 4) }, (_, i) => `sub${i}`);
    const hooks = random.some<Hook>(['input', 'forward', 'output'], random.weighted([[3, 3], [2, 2], [1, 1]]));
    if (random.chance(0.25)) hooks.push(random.pick(hooks));
    if (random.chance(0.2)) hooks.push('prerouting');
    if (random.chance(0.15)) hooks.push('postrouting');
    const bases = hooks.map((hook, i) => this.base(hook, hooks.indexOf(hook) === i ? hook : `${hook}${i}`, regular, family));
    const early = bases.some(base => base.early);
    const chains: Chain[] = [...regular.map((chain, i) => ({ name: chain, early, items: ['regular chain'], calls: regular.slice(i + 1) })).reverse(), ...bases];
    const { blocks, named } = this.sets.named(family);
    const verdict = () => (regular.length > 0 && random.chance(0.25) ? `${random.pick(['jump', 'goto'])} ${regular.at(-1) ?? ''}` : random.pick(['accept', 'drop', 'accept', 'drop', 'return', 'continue']));
    const { blocks: mapBlocks, maps, dataMaps } = this.sets.namedMaps(family, verdict);
    const usable = named.concat(defines.filter(d => !(d.holds === 'address4' && family === 'ip6') && !(d.holds === 'address6' && family === 'ip')));
    const share = (chain: Chain) => Math.max(2, Math.round((budget * (chain.hook === undefined ? 0.6 : chain.hook === 'prerouting' || chain.hook === 'postrouting' ? 0.4 : 1.3)) / chains.length));
    const bodies = chains.map(chain => {
      const place: Place = { table: family, ...(chain.hook && { hook: chain.hook }), early: chain.early && !random.chance(0.5), named: usable, maybe: this.maybe };
      return { chain, rules: Array.from({ length: share(chain) }, () => this.rule(chain, place, maps, dataMaps)) };
    });
    const items = [`family ${family}`];
    return random.chance(0.65)
      ? this.asBlocks(family, name, [...blocks, ...mapBlocks], bodies, items)
      : this.asCommands(family, name, [...blocks, ...mapBlocks], bodies, items);
  }

  private asBlocks(family: TableFamily, name: string, sets: readonly Block[], bodies: readonly { chain: Chain; rules: Line[] }[], items: readonly string[]): Node[] {
    const { random } = this;
    const late: Node[] = [];
    const chains = bodies.map(({ chain, rules }): Block => {
      const inside = random.chance(0.1) ? rules.slice(0, Math.ceil(rules.length / 2)) : rules;
      for (const rule of rules.slice(inside.length)) late.push(this.command(rule, family, name, chain, random.chance(0.4) ? 'insert' : 'add', items));
      return { kind: 'block', head: `chain ${chain.name} {`, tail: '}', items: [...chain.items], children: [...(random.chance(0.08) ? [line('comment "who may come in"')] : []), ...(chain.header === undefined ? [] : [line(chain.header)]), ...inside] };
    });
    const table: Block = { kind: 'block', head: `table ${family} ${name} {`, tail: '}', items, children: [...sets, ...chains] };
    const reopened = bodies.flatMap(({ chain, rules }): Node[] => {
      const [last] = rules.slice(-1);
      if (!last || !random.chance(0.2)) return [];
      const again = { ...last, parts: [...last.parts.filter(part => !part.text.startsWith('comment')), ...this.tag()], ...this.tagOf() };
      return [{ kind: 'block', head: `table ${family} ${name} {`, tail: '}', items: [...items, 'reopened block'], children: [{ kind: 'block', head: `chain ${chain.name} {`, tail: '}', items: chain.items, children: [again] }] }];
    });
    const reset = random.chance(0.15) ? [line(`table ${family} ${name}`), line(random.pick([`delete table ${family} ${name}`, `flush table ${family} ${name}`]))] : [];
    return [...reset, table, ...reopened, ...late, ...this.dormant(family)];
  }

  /** A table that would deny everything, asleep. */
  private dormant(family: TableFamily): Node[] {
    const { random } = this;
    if (!random.chance(0.08)) return [];
    const hook = random.pick(['input', 'forward', 'output'] as const);
    return [{ kind: 'block', head: `table ${family} asleep {`, tail: '}', items: [], children: [line('flags dormant'), line(`chain ${hook} { type filter hook ${hook} priority -1; policy drop; }`)] }];
  }

  private command(rule: Line, family: TableFamily, table: string, chain: Chain, verb: 'add' | 'insert', items: readonly string[]): Line {
    const head = verb === 'insert' ? 'insert rule' : this.random.chance(0.1) ? 'rule' : 'add rule';
    const written = family === 'ip' && this.random.chance(0.3) ? table : `${family} ${table}`;
    return { ...rule, parts: [{ text: `${head} ${written} ${chain.name}` }, ...rule.parts], items: [...rule.items, ...items, ...chain.items, `${verb} rule`] };
  }

  private asCommands(family: TableFamily, name: string, sets: readonly Block[], bodies: readonly { chain: Chain; rules: Line[] }[], items: readonly string[]): Node[] {
    const { random } = this;
    const nodes: Node[] = [line(`add table ${family} ${name}`)];
    for (const { chain } of bodies) {
      nodes.push(line(`add chain ${family} ${name} ${chain.name}${chain.header === undefined ? '' : ` { ${chain.header} }`}`));
    }
    for (const set of sets) {
      const [kind = '', own = ''] = set.head.split(' ');
      const elements = set.children.at(-1);
      // nft 1.0.6 crashes on a catch-all that `add element` brings to intervals
      const apart = random.chance(0.3) && elements?.kind === 'line' && !elements.parts.some(part => part.elements?.some(element => element.startsWith('*')));
      nodes.push({ ...set, head: `add ${kind} ${family} ${name} ${own} {`, items: [...set.items, ...items], children: apart ? set.children.slice(0, -1) : set.children });
      if (apart) nodes.push({ ...elements, parts: elements.parts.map(part => ({ ...part, text: part.text.replace('elements =', `add element ${family} ${name} ${own}`) })) });
    }
    for (const { chain, rules } of bodies) {
      let flushed: string[] = [];
      if (random.chance(0.15)) {
        const decoy = random.pick(['tcp dport 1-65535 accept', 'meta l4proto udp drop', 'accept', 'drop']);
        nodes.push(line(`add rule ${family} ${name} ${chain.name} ${decoy}`), line(`flush chain ${family} ${name} ${chain.name}`));
        flushed = ['flush'];
      }
      for (const [count, rule] of rules.entries()) {
        const at = this.indexed && count > 0 && random.chance(0.15) ? [`index ${random.below(count)}`] : [];
        const written = this.command(rule, family, name, chain, random.chance(0.15) ? 'insert' : 'add', [...items, ...flushed, ...at.map(() => 'index')]);
        nodes.push({ ...written, parts: [...written.parts.slice(0, 1), ...at.map(text => ({ text })), ...written.parts.slice(1)] });
      }
    }
    return nodes;
  }

  private nat(): Node[] {
    const family = this.random.pick(['ip', 'inet'] as const);
    const dnat = family === 'inet' ? 'dnat ip to' : 'dnat to';
    const chain = (hook: string, priority: string, rules: Line[]): Block => ({ kind: 'block', head: `chain ${hook} {`, tail: '}', items: ['nat'], children: [line(`type nat hook ${hook} priority ${priority}; policy accept;`), ...rules] });
    const rule = (text: string, aim: Aim): Line => ({ kind: 'line', parts: [{ text, aim }, ...this.tag()], items: ['nat'], ...this.tagOf() });
    return [
      { kind: 'block', head: `table ${family} addresses {`, tail: '}', items: [], children: [
        chain('prerouting', 'dstnat', [rule(`ip daddr 203.0.113.77 tcp dport 8080 ${dnat} 192.168.20.5:80`, {})]),
        chain('postrouting', 'srcnat', [rule(`ip saddr 10.0.0.0/8 oifname "eth1" masquerade`, { family: 4, directions: ['transit'] })]),
      ] },
    ];
  }

  private notrack(): Block {
    const { random, universe } = this;
    const rules = Array.from({ length: random.between(1, 3) }, (): Line => {
      const family = random.pick([4, 6] as const);
      const range = universe.range(family, random.pick(['eth0', 'eth1', 'own']), ['host', 'prefix']);
      const port = universe.portRange();
      const source: Part = { text: `${family === 4 ? 'ip' : 'ip6'} saddr ${rangeText(range)}`, aim: { family, from: [range] } };
      const service = random.pick<Part>([{ text: `udp dport ${portText(random, port)}`, aim: { protocols: [17], ports: [port] } }, { text: `tcp dport != ${portText(random, port)}`, aim: { protocols: [6], ports: [port] } }]);
      const parts = random.pick([[source], [service], [source, service]]);
      return { kind: 'line', parts: [...parts, { text: 'notrack' }, ...this.tag()], items: ['notrack'], ...this.tagOf() };
    });
    const chains = random.pick([['prerouting'], ['prerouting', 'output']] as const).map((hook): Block => ({ kind: 'block', head: `chain ${hook} {`, tail: '}', items: [], children: [line(`type filter hook ${hook} priority raw;`), ...(hook === 'output' ? rules.map(rule => this.copy(rule)) : rules)] }));
    return { kind: 'block', head: 'table inet untracked {', tail: '}', items: [], children: chains };
  }

  /** The same rule once more, under a tag of its own. */
  private copy(rule: Line): Line {
    return { ...rule, parts: [...rule.parts.slice(0, rule.parts.findIndex(part => part.text === 'notrack') + 1), ...this.tag()], ...this.tagOf() };
  }

  private tagOf(): { tag?: string } {
    return this.tagged ? { tag: `r${this.rules}` } : {};
  }

  private tag(): Part[] {
    this.rules++;
    if (this.tagged) return [{ text: `comment "r${this.rules}"` }];
    return this.random.chance(0.1) ? [{ text: 'comment "see the plan, page 3"' }] : [];
  }

  private rule(chain: Chain, place: Place, maps: readonly NamedMap[], dataMaps: readonly Part[]): Line {
    const { random } = this;
    const families = FAMILIES[place.table];
    const family = random.pick(families);
    const parts: Part[] = [];
    const callee = chain.calls.length > 0 && random.chance(0.12) ? random.pick(chain.calls) : undefined;
    const verdict = () => (chain.calls.length > 0 && random.chance(0.2) ? `${random.pick(['jump', 'goto'])} ${random.pick(chain.calls)}` : random.pick(['accept', 'drop', 'accept', 'drop', 'continue', chain.hook === undefined ? 'return' : 'drop']));
    const usableMaps = maps.filter(m => chain.hook !== undefined && chain.hook !== 'postrouting' && (m.family === undefined || families.includes(m.family)));
    const kind = random.weighted([[14, 'plain'], [1.2, 'vmap'], [usableMaps.length > 0 ? 1 : 0, 'named map'], [0.4, 'data map'], [1.6, 'concatenation']] as const);
    if (kind === 'named map') {
      const map = random.pick(usableMaps);
      parts.push({ text: `${map.selector} vmap ${map.use}`, items: map.items, aim: map.aim });
    } else if (kind === 'vmap') {
      if (random.chance(0.3)) parts.push(this.matches.address(family, 'destination', place));
      parts.push(this.sets.anonymousMap(family, place, verdict));
    } else {
      if (kind === 'concatenation') parts.push(this.sets.concatenation(family, place));
      if (kind === 'data map') parts.push(dataMaps.length > 0 && random.chance(0.5) ? random.pick(dataMaps) : this.sets.dataMap());
      parts.push(...this.plain(family, place, kind !== 'plain'));
    }
    const statements = this.statements(chain);
    const comment = this.tag();
    const last = kind === 'vmap' || kind === 'named map' ? [] : [callee === undefined ? (!this.indexed && chain.hook !== undefined && random.chance(0.06) ? this.inner() : this.verdict(chain, place, parts)) : this.call(callee)];
    const directions = chain.hook && DIRECTIONS[chain.hook];
    const tail = random.chance(0.05) ? [{ text: ` ${random.pick(COMMENTS)}` }] : [];
    return { kind: 'line', parts: [...parts, ...statements, ...last, ...comment, ...tail], items: [], ...this.tagOf(), ...(directions ? { aim: { directions } } : { inside: chain.name }) };
  }

  private plain(family: Family, place: Place, few: boolean): Part[] {
    const { random, matches } = this;
    const parts: Part[] = [];
    let fixed: Family | 0 = place.table === 'inet' ? 0 : family;
    const count = few ? random.below(2) : random.weighted([[2, 1], [4, 2], [3, 3], [0.1, 0]]);
    let protocolSaid = few;
    for (let i = 0; i < count; i++) {
      const what = random.weighted([
        [4, 'source'], [2, 'destination'], [protocolSaid ? 0 : 5, 'port'], [protocolSaid ? 0 : 1, 'protocol'], [place.table === 'inet' ? 0.6 : 0, 'nfproto'], [place.early ? 0 : 1.2, 'state'],
        [protocolSaid ? 0 : 1.6, 'icmp'], [protocolSaid ? 0 : 0.6, 'flags'], [1.6, 'interface'], [0.3, 'address type'], [protocolSaid ? 0 : 0.25, 'raw port'], [0.4, 'mask'], [place.early ? 0 : 0.35, 'connection'], [0.25, 'packet type'], [place.maybe ? 1.2 : 0, 'unknowable'],
      ] as const);
      switch (what) {
        case 'source':
        case 'destination':
          if (few && what === 'source') break;
          fixed = family;
          parts.push(matches.address(family, what, place));
          break;
        case 'port':
          protocolSaid = true;
          parts.push(...matches.port(place, this.bareTh));
          if (random.chance(0.05) && parts.at(-1)?.text.startsWith('tcp')) parts.push(matches.flags());
          break;
        case 'protocol':
          protocolSaid = true;
          parts.push(matches.protocol(fixed === 0 && random.chance(0.5) ? 0 : family, place));
          break;
        case 'nfproto':
          parts.push(matches.nfproto(fixed === 0 ? random.pick([4, 6]) : family));
          return parts.filter((part, at) => parts.findIndex(other => other.text === part.text) === at);
        case 'state':
          parts.push(matches.state());
          break;
        case 'icmp':
          protocolSaid = true;
          fixed = family;
          parts.push(matches.icmp(family));
          break;
        case 'flags':
          protocolSaid = true;
          parts.push(matches.flags());
          break;
        case 'interface':
          parts.push(matches.interface(place));
          break;
        case 'raw port':
          protocolSaid = true;
          parts.push(...matches.rawPort());
          break;
        case 'mask': {
          const masked = matches.mask(family, random.pick(['source', 'destination']), place);
          if (masked.aim?.family !== undefined) fixed = family;
          else if (protocolSaid) break;
          else protocolSaid = true;
          parts.push(masked);
          break;
        }
        case 'connection':
          parts.push(matches.connection(family, place));
          break;
        case 'packet type':
          parts.push(matches.packetType());
          break;
        case 'address type':
          parts.push(matches.addressType());
          break;
        case 'unknowable':
          parts.push(matches.unknowable());
          break;
      }
    }
    return parts;
  }

  private statements({ early }: Chain): Part[] {
    const { random } = this;
    const parts: Part[] = [];
    if (random.chance(0.15)) parts.push({ text: random.pick(['counter', 'counter packets 0 bytes 0']), items: ['counter'] });
    if (random.chance(0.08)) parts.push({ text: random.pick(['log', 'log prefix "fw: "', 'log prefix "drop, \\"odd\\"" level info'.replaceAll('\\"', "'"), 'log level warn flags all', 'log group 2']), items: ['log'] });
    if (!early && random.chance(0.03)) parts.push({ text: 'notrack', items: ['late notrack'] });
    return parts;
  }

  private verdict(chain: Chain, place: Place, parts: readonly Part[]): Part {
    const { random } = this;
    const [text, items] = random.weighted<readonly [string, readonly string[]]>([
      [9, ['accept', []]], [6, ['drop', []]], [chain.hook === undefined ? 2 : 0.3, ['return', ['return']]], [0.3, ['continue', []]], [parts.length > 0 ? 0.3 : 0, ['', []]],
      [chain.hook === 'postrouting' ? 0 : 2.5, [this.reject(place, parts), ['reject']]],
    ]);
    return { text, items };
  }

  /** The kind of answer can narrow the rule: nft adds the protocol or family that it needs. */
  private reject(place: Place, parts: readonly Part[]): string {
    const aims = parts.flatMap(part => (part.aim ? [part.aim] : []));
    const families = new Set(aims.flatMap(aim => aim.family ?? []));
    const protocols = aims.flatMap(aim => aim.protocols ?? []);
    const forms: string[] = ['reject', 'reject', 'reject', 'reject'];
    if (parts.every(part => /^(tcp (s|d)port|ip |ip6 |iif|oif)/.test(part.text)) && !parts.some(part => /protocol|nexthdr|\. /.test(part.text)) && new Set(protocols).size <= 1) forms.push('reject with tcp reset');
    if (place.table !== 'ip6' && !families.has(6) && !parts.some(part => /nfproto|meta protocol|vmap/.test(part.text))) forms.push('reject with icmp type host-unreachable');
    if (place.table !== 'ip' && !families.has(4) && !parts.some(part => /nfproto|meta protocol|vmap/.test(part.text))) forms.push('reject with icmpv6 type addr-unreachable');
    if (place.table === 'inet' && families.size === 0) forms.push('reject with icmpx type admin-prohibited');
    return this.random.pick(forms);
  }

  /** A chain written in braces behind the jump. */
  private inner(): Part {
    const { random, universe } = this;
    const comment = this.tagged ? ` comment "r${this.rules}"` : '';
    const port = universe.portRange();
    const protocol = random.pick(['tcp', 'udp'] as const);
    const verdicts = random.pick([['accept', 'drop'], ['drop', 'accept'], ['return', 'drop'], ['accept', 'continue']] as const);
    return { text: `${random.pick(['jump', 'goto'])} { ${protocol} dport ${portText(random, port)} ${verdicts[0]}${comment}; meta l4proto ${protocol} ${verdicts[1]}${comment}; }`, items: ['anonymous chain'], aim: { protocols: [PROTOCOL[protocol]], ports: [port] } };
  }

  private call(callee: string): Part {
    const verb = this.random.pick(['jump', 'goto'] as const);
    return { text: `${verb} ${callee}`, items: [verb], calls: callee };
  }
}

export function generateNftables(seed: number): RuleSet {
  return new Generator(seed).generate();
}

