/** Hand-built policies, paths and flows for tests of the engine: short to write, and no text behind them. */
import { addressUnion, parseAddressSpec, type AddressSet, type Family } from '../../server/src/core/addresses.ts';
import { type IntervalSet, closedRange, single, unionAll } from '../../server/src/core/intervals.ts';
import { PROTOCOL, STATE, type State } from '../../server/src/core/packets.ts';
import type { Judge } from '../../server/src/engine/coverage.ts';
import type { Site } from '../../server/src/engine/site.ts';
import type { Component, Flow, FlowItem, FlowMode, Transport } from '../../server/src/model/flow.ts';
import type { Chain, Direction, Path, Policy, RankedEntry } from '../../server/src/model/policy.ts';
import type { Action, Atom, Match, Term } from '../../server/src/model/rule.ts';

const NOWHERE = { start: 0, end: 0 };

export function addresses(...texts: string[]): AddressSet {
  return addressUnion(
    texts.map((text) => {
      const set = parseAddressSpec(text);
      if (!set) throw new Error(`not an address: ${text}`);
      return set;
    }),
  );
}

/** `443`, `2500-3300`, `22,80`. */
function ports(text: string): IntervalSet {
  return unionAll(
    text.split(',').map((item) => {
      const [first = 0, last = first] = item.split('-').map(Number);
      return closedRange(first, last);
    }),
  );
}

export interface TermWords {
  family?: Family;
  /** Of one family. */
  src?: string | readonly string[];
  dst?: string | readonly string[];
  protocol?: Transport | number;
  sport?: string;
  dport?: string;
  state?: State | readonly State[];
  atoms?: readonly Atom[];
}

function term(words: TermWords): Term {
  const { family, src, dst, protocol, sport, dport, state, atoms } = words;
  const end = (texts: string | readonly string[]): Term['src'] => {
    const set = addresses(...[texts].flat());
    return set[4].length > 0 ? set[4] : set[6];
  };
  return {
    ...(family === undefined ? {} : { family }),
    ...(src === undefined ? {} : { src: end(src) }),
    ...(dst === undefined ? {} : { dst: end(dst) }),
    ...(protocol === undefined ? {} : { protocol: single(typeof protocol === 'number' ? protocol : PROTOCOL[protocol]) }),
    ...(sport === undefined ? {} : { sport: ports(sport) }),
    ...(dport === undefined ? {} : { dport: ports(dport) }),
    ...(state === undefined ? {} : { state: unionAll([state].flat().map((s) => single(STATE[s]))) }),
    ...(atoms === undefined ? {} : { atoms }),
  };
}

export const unknown = (why = 'not modelled'): Atom => ({ kind: 'unknown', why, span: NOWHERE });
export const iface = (side: 'in' | 'out', names: string | readonly string[], negated = false): Atom => ({ kind: 'interface', side, names: [names].flat(), negated, span: NOWHERE });
export const reference = (end: 'src' | 'dst', name: string, negated = false): Atom => ({ kind: 'reference', end, name, negated, span: NOWHERE });

let nextPlace = 0;

type ActionWord = 'accept' | 'drop' | 'reject' | 'continue' | 'return' | 'untrack';

function actionOf(action: ActionWord | Action): Action {
  return typeof action === 'string' ? { kind: action } : action;
}

export const jump = (chain: string): Action => ({ kind: 'jump', chain });
export const goTo = (chain: string): Action => ({ kind: 'goto', chain });
export const unknownAction = (why = 'not modelled'): Action => ({ kind: 'unknown', why });

export function ruleOf(match: Match, action: ActionWord | Action, rank: Omit<RankedEntry, 'rule' | 'at'> = {}): RankedEntry {
  nextPlace += 10;
  return { rule: { span: { start: 0, end: 9 }, match, action: actionOf(action), fields: [] }, at: nextPlace, ...rank };
}

/** A rule of one term, or of several. */
export function rule(action: ActionWord | Action, words: TermWords | readonly TermWords[] = {}, rank: Omit<RankedEntry, 'rule' | 'at'> = {}): RankedEntry {
  return ruleOf([words].flat().map(term), action, rank);
}

export interface PolicyWords extends Partial<Omit<Policy, 'main' | 'chains' | 'default'>> {
  chains?: Readonly<Record<string, readonly RankedEntry[]>>;
}

export function policy(entries: readonly RankedEntry[], fallback: Policy['default'] = 'drop', words: PolicyWords = {}): Policy {
  const { chains = {}, ...rest } = words;
  const chain = (name: string, list: readonly RankedEntry[]): Chain => ({ name, entries: list });
  const name = rest.name ?? 'input';
  return {
    key: name,
    name,
    dialect: 'test',
    uri: 'file:///test',
    header: NOWHERE,
    span: NOWHERE,
    families: [4, 6],
    order: { kind: 'first-match' },
    default: fallback,
    stateful: true,
    main: chain('main', entries),
    chains: new Map(Object.entries(chains).map(([key, list]) => [key, chain(key, list)])),
    attachment: 'here',
    stages: [{ direction: 'in', rank: 0, names: 'first' }],
    unmodelled: [],
    assumptions: [],
    ...rest,
  };
}

/** A path through the policies in order, named after the last unless another is told. */
export function pathOf(policies: Policy | readonly Policy[], direction: Direction = 'in', head?: Policy): Path {
  const list = [policies].flat();
  const named = head ?? list.at(-1);
  if (!named) throw new Error('a path has a policy');
  return { name: named.name, direction, policies: list, head: named };
}

/** `443`, `2500-3300`, `1058+`. */
function item(text: string): FlowItem {
  const [first = 0, last = first] = text.replace('+', '').split('-').map(Number);
  return { first, last, openEnded: text.endsWith('+'), conditions: [] };
}

export interface FlowWords extends Partial<Omit<Flow, 'items' | 'transports' | 'mode'>> {
  transports?: readonly Transport[];
  mode?: FlowMode;
}

/** A flow from `a` to `b` with these port items. */
export function flow(items: string, words: FlowWords = {}): Flow {
  const list = items.split(',').map(item);
  const { from = 'a', to = 'b', transports = ['tcp'], mode = list.length > 1 ? 'all' : 'only', ...rest } = words;
  return { id: `w/${from}/${to}/${transports.join('+')}-${items}`, workload: 'w', from, to, transports, items: list, mode, sourcePorts: { first: 1024, last: 65535 }, conditions: [], self: from === to, purpose: 'Test.', sources: [], ...rest };
}

export function component(id: string, words: Partial<Component> = {}): Component {
  return { id, name: id.toUpperCase(), aliases: [], kind: 'veeam', sameMachineAs: [], hostNames: [], ...words };
}

export interface SiteWords {
  /** Component to addresses. */
  readonly addresses?: Readonly<Record<string, string | readonly string[]>>;
  readonly references?: Readonly<Record<string, readonly string[]>>;
  readonly interfaces?: Readonly<Record<string, string | readonly string[]>>;
}

export function siteOf({ addresses: of = {}, references = {}, interfaces = {} }: SiteWords = {}): Site {
  const ids = [...new Set([...Object.keys(of), ...Object.keys(references)])];
  return {
    components: new Map(
      ids.map((id) => {
        const texts = of[id];
        return [id, { ...(texts === undefined ? {} : { addresses: addresses(...[texts].flat()) }), references: references[id] ?? [] }];
      }),
    ),
    interfaces: new Map(Object.entries(interfaces).map(([name, texts]) => [name, addresses(...[texts].flat())])),
  };
}

export function judge(site: SiteWords = {}, words: { components?: readonly Component[]; answers?: Path } = {}): Judge {
  const { components = [], answers } = words;
  return { site: siteOf(site), components: new Map(components.map((c) => [c.id, c])), ...(answers ? { answers } : {}) };
}
