/**
 * Port options of the tcp, udp, udplite, sctp, dccp and multiport matches.
 * Source: iptables-extensions(8), the sections of these names.
 */
import { t } from '@vscode/l10n';
import { type IntervalSet, closedRange, subtract, unionAll } from '../../core/intervals.ts';
import { ALL_PORTS, PROTOCOL } from '../../core/packets.ts';
import { servicePort } from '../../core/services.ts';
import { PORT_PROTOCOLS } from '../../families/netfilter/protocols.ts';
import type { Term } from '../../model/rule.ts';
import { type Draft, items } from './draft.ts';
import type { Apply } from './options.ts';
import type { Word } from './words.ts';

/** A range takes two places of the fifteen (iptables-extensions(8), multiport). */
const MULTIPORT_LIMIT = 15;

function port(text: string, draft: Draft): number | undefined {
  if (/^(?:0|[1-9]\d{0,4})$/.test(text)) {
    const n = Number(text);
    return n < 65536 ? n : undefined;
  }
  return servicePort(text, draft.protocol === PROTOCOL.udp ? 'udp' : 'tcp');
}

/** `a`, `a:b`, `a:` (to 65535) or `:b` (from 0), numbers or service names. */
function portsOf(word: Word, draft: Draft): IntervalSet | undefined {
  const colon = word.text.indexOf(':');
  if (colon < 0) {
    const one = port(word.text, draft);
    return one === undefined ? undefined : closedRange(one, one);
  }
  const lo = colon === 0 ? 0 : port(word.text.slice(0, colon), draft);
  const hi = colon === word.text.length - 1 ? 65535 : port(word.text.slice(colon + 1), draft);
  return lo === undefined || hi === undefined || lo > hi ? undefined : closedRange(lo, hi);
}

const complement = (set: IntervalSet, negated: boolean): IntervalSet => (negated ? subtract(ALL_PORTS, set) : set);

function hasPorts(draft: Draft, option: Word): boolean {
  if (draft.anyProtocol || (draft.protocol !== undefined && PORT_PROTOCOLS.includes(draft.protocol))) return true;
  draft.refuse(option, t('`{0}` needs `-p tcp` or `-p udp` before it', option.text));
  return false;
}

/** `--sport`, `--dport`. */
export const portOption =
  (role: 'sport' | 'dport'): Apply =>
  (draft, { option, values: [value], negated }) => {
    if (!hasPorts(draft, option)) return;
    const set = portsOf(value, draft);
    draft.field(role, value);
    if (set) draft.restrict(role, complement(set, negated));
    else draft.refuse(value, t('`{0}` is no port or range of ports', value.text));
  };

/** `--sports`, `--dports`, `--ports`; with `--ports` one of the two must match, negated neither may (linux/net/netfilter/xt_multiport.c). */
export const multiportOption =
  (role: 'sport' | 'dport' | 'both'): Apply =>
  (draft, { option, values: [value], negated }) => {
    if (!hasPorts(draft, option)) return;
    const words = items(value).filter((word) => word.why === undefined);
    const partly = words.length < items(value).length;
    const sets = words.map((word) => portsOf(word, draft));
    for (const word of items(value)) draft.field(role === 'both' ? 'dport' : role, word);
    if (partly && (words.length === 0 || sets.some((s) => s === undefined))) {
      draft.unknownWord(value);
      return;
    }
    if (sets.length === 0 || sets.some((s) => s === undefined)) {
      draft.refuse(value, t('`{0}` is no list of ports', value.text));
      return;
    }
    if (words.reduce((n, w) => n + (w.text.includes(':') ? 2 : 1), 0) > MULTIPORT_LIMIT) {
      draft.refuse(value, t('multiport takes at most 15 ports, a range counting as two'));
      return;
    }
    const set = complement(unionAll(sets as IntervalSet[]), negated);
    if (partly) {
      const unknown: Term = { atoms: [{ kind: 'unknown', why: value.why ?? '', span: { start: value.start, end: value.end } }] };
      const known: readonly Term[] = role === 'both' ? (negated ? [{ sport: set, dport: set }] : [{ sport: set }, { dport: set }]) : [{ [role]: set }];
      draft.either(negated ? known.map((t) => ({ ...t, ...unknown })) : [...known, unknown]);
      return;
    }
    if (role !== 'both') draft.restrict(role, set);
    else if (negated) {
      draft.restrict('sport', set);
      draft.restrict('dport', set);
    } else draft.either([{ sport: set }, { dport: set }]);
  };
