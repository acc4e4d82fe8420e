/**
 * The conntrack and state matches.
 * Source: iptables-extensions(8), "conntrack" and "state"; linux/net/netfilter/xt_conntrack.c.
 */
import { t } from '@vscode/l10n';
import { type IntervalSet, closedRange, single, subtract, unionAll } from '../../core/intervals.ts';
import { ALL_PROTOCOLS, ALL_STATES, PROTOCOL, STATE } from '../../core/packets.ts';
import { protocolNumber } from '../../families/netfilter/protocols.ts';
import type { Term } from '../../model/rule.ts';
import { addressOption } from './addresses.ts';
import { Draft, items } from './draft.ts';
import type { Apply, Options } from './options.ts';
import { portOption } from './ports.ts';

/** Packets that belong to a connection; the others match nothing that asks about one. */
const TRACKED = closedRange(STATE.new, STATE.related);
const translationUnknown = (): string => t('whether the connection was translated is not known here');

const ONE_STATE: ReadonlyMap<string, IntervalSet> = new Map(Object.entries(STATE).map(([name, point]) => [name, single(point)]));

/** `--ctstate`, `--state`. */
export const stateOption: Apply = (draft, { values: [value], negated }) => {
  const sets: IntervalSet[] = [];
  let translated = false;
  for (const word of items(value)) {
    const name = word.text.toLowerCase();
    const set = ONE_STATE.get(name);
    draft.field('state', word);
    if (name === 'snat' || name === 'dnat') translated = true;
    else if (set) sets.push(set);
    else {
      draft.refuse(word, t('`{0}` is no connection state', word.text));
      return;
    }
  }
  const set = unionAll(sets);
  const at = { start: value.start, end: value.end };
  if (!translated) draft.restrict('state', negated ? subtract(ALL_STATES, set) : set);
  else if (negated) {
    draft.restrict('state', subtract(ALL_STATES, set));
    draft.unknown(at.start, at.end, translationUnknown());
  } else draft.either([{ state: set }, { atoms: [{ kind: 'unknown', why: translationUnknown(), span: at }] }]);
};

/** `--ctdir`. */
const directionOption: Apply = (draft, { values: [value] }) => {
  const name = value.text.toUpperCase();
  if (name !== 'ORIGINAL' && name !== 'REPLY') {
    draft.refuse(value, t('`{0}` is neither ORIGINAL nor REPLY', value.text));
    return;
  }
  draft.restrict('state', TRACKED);
  draft.require({ kind: 'direction', reply: name === 'REPLY', span: { start: value.start, end: value.end } });
};

const protocolOption: Apply = (draft, { values: [value], negated }) => {
  const number = protocolNumber(value.text);
  if (number === undefined) {
    draft.refuse(value, t('`{0}` is no protocol', value.text));
    return;
  }
  draft.restrict('state', TRACKED);
  draft.restrict('protocol', negated ? subtract(ALL_PROTOCOLS, single(number)) : single(number));
  if (!negated) draft.trackedProtocol = number;
};

/** What has ports for connection tracking in every kernel. */
const PORTED = unionAll([single(PROTOCOL.tcp), single(PROTOCOL.udp)]);

/**
 * An address or port of the connection's original or reply tuple. Without translation, which makes a query unmodelled or
 * comes after filtering, the original source is the packet's source on the way there and its destination on the way back.
 * A port without a protocol is compared with whatever the connection's protocol has there (ct_proto_port_check() of xt_conntrack.c).
 */
const tupleOption =
  (original: boolean, end: 'src' | 'dst', field: 'address' | 'port'): Apply =>
  (draft, use) => {
    const { start, end: stop } = use.values[0];
    const other = end === 'src' ? 'dst' : 'src';
    const protocol = draft.protocol ?? draft.trackedProtocol;
    draft.restrict('state', TRACKED);
    const unbound = field === 'port' && protocol === undefined;
    if (unbound && /[a-z]/i.test(use.values[0].text)) {
      draft.unknown(start, stop, t("which protocol's port this is, is not said"));
      return;
    }
    const read = (side: 'src' | 'dst'): Term => {
      const scratch = new Draft(draft.context);
      scratch.protocol = unbound ? PROTOCOL.tcp : protocol;
      if (unbound) scratch.restrict('protocol', PORTED);
      (field === 'address' ? addressOption(side) : portOption(side === 'src' ? 'sport' : 'dport'))(scratch, use);
      if (side === end) {
        draft.problems.push(...scratch.problems);
        for (const { span } of scratch.fields) draft.field('other', span);
      }
      const [rule] = scratch.rules({ start, end: stop });
      return rule?.match[0] ?? { family: draft.context.family, src: [] };
    };
    const reply = (value: boolean, term: Term): Term => ({ ...term, atoms: [...(term.atoms ?? []), { kind: 'direction', reply: value, span: { start, end: stop } }] });
    const others: Term = { protocol: subtract(ALL_PROTOCOLS, PORTED), atoms: [{ kind: 'unknown', why: t('what counts as this port where the protocol is neither TCP nor UDP is not known here'), span: { start, end: stop } }] };
    draft.either([reply(!original, read(end)), reply(original, read(other)), ...(unbound ? [others] : [])]);
  };

/** `--ctstatus`: the first packet of a connection that no helper expected has neither been answered nor is it assured. */
const statusOption: Apply = (draft, { values: [value], negated }) => {
  const names = items(value).map((w) => w.text.toUpperCase());
  const span = { start: value.start, end: value.end };
  draft.restrict('state', TRACKED);
  const later = names.every((n) => n === 'EXPECTED' || n === 'SEEN_REPLY' || n === 'ASSURED');
  const rest: Term = { state: later ? closedRange(STATE.established, STATE.related) : TRACKED, atoms: [{ kind: 'unknown', why: t("the connection's status is not known here"), span }] };
  draft.either(later && negated ? [{ state: single(STATE.new) }, rest] : [rest]);
};

export const CONNTRACK: Options = new Map([
  ['ctstate', { arity: 1, apply: stateOption }],
  ['ctproto', { arity: 1, apply: protocolOption }],
  ['ctdir', { arity: 1, apply: directionOption }],
  ['ctstatus', { arity: 1, apply: statusOption }],
  ['ctorigsrc', { arity: 1, apply: tupleOption(true, 'src', 'address') }],
  ['ctorigdst', { arity: 1, apply: tupleOption(true, 'dst', 'address') }],
  ['ctreplsrc', { arity: 1, apply: tupleOption(false, 'src', 'address') }],
  ['ctrepldst', { arity: 1, apply: tupleOption(false, 'dst', 'address') }],
  ['ctorigsrcport', { arity: 1, apply: tupleOption(true, 'src', 'port') }],
  ['ctorigdstport', { arity: 1, apply: tupleOption(true, 'dst', 'port') }],
  ['ctreplsrcport', { arity: 1, apply: tupleOption(false, 'src', 'port') }],
  ['ctrepldstport', { arity: 1, apply: tupleOption(false, 'dst', 'port') }],
  ['ctexpire', { arity: 1, apply: (draft, { option, values: [value] }) => { draft.unknown(option.start, value.end, t('how long the connection has left is not known here')); } }],
]);
