/** The text of rules that let traffic through, without the command that adds them. */
import { type AddressSet, type Family, toCidrs } from '../../core/addresses.ts';
import { type IntervalSet, equals, unionAll } from '../../core/intervals.ts';
import type { Permit, PermitEnd } from '../dialect.ts';

/** How the file at hand writes its rules. */
export interface Style {
  /** `-m tcp` stands after `-p tcp`. */
  readonly loadsProtocol: boolean;
  /** `-m state --state` instead of `-m conntrack --ctstate`. */
  readonly oldState: boolean;
  /** Where notes go: a comment line above, a comment match, or nowhere. */
  readonly notes: 'line' | 'match' | 'none';
}

export const PLAIN: Style = { loadsProtocol: true, oldState: false, notes: 'none' };

export function styleOf(text: string): Style {
  return {
    loadsProtocol: /\s-m\s+(?:tcp|udp)\b/.test(text) || !/\s--dport\b/.test(text),
    oldState: /\s--state\b/.test(text) && !/\s--ctstate\b/.test(text),
    notes: /\s--comment\s/.test(text) ? 'match' : /^[ \t]*#[^!\n][^\n]*\n[^\n]*-[AI]\s/m.test(text) ? 'line' : 'none',
  };
}

/** Numbers the placeholders of one snippet. */
export class Snippet {
  private count = 0;

  constructor(readonly active: boolean) {}

  placeholder(label: string): string {
    return `\${${++this.count}:${label.replace(/[\\$}]/g, '\\$&')}}`;
  }

  /** Text as it is to appear. */
  literal(text: string): string {
    return this.active ? text.replace(/[\\$}]/g, '\\$&') : text;
  }
}

export const hasPlaceholder = (permits: readonly Permit[]): boolean => permits.some((p) => p.from.kind === 'placeholder' || p.to.kind === 'placeholder');

/** iptables-extensions(8), multiport: fifteen ports, a range counting as two. */
const MULTIPORT_LIMIT = 15;

function portOptions(ports: IntervalSet, side: 's' | 'd', transport: string, style: Style): string[] {
  const load = style.loadsProtocol ? ` -m ${transport}` : '';
  const items: { text: string; places: number }[] = [];
  for (let i = 0; i < ports.length; i += 2) {
    const lo = ports[i] as number;
    const hi = (ports[i + 1] as number) - 1;
    items.push(lo === hi ? { text: String(lo), places: 1 } : { text: `${lo}:${hi}`, places: 2 });
  }
  if (items.length === 0) return [''];
  const out: string[] = [];
  let group: string[] = [];
  let places = 0;
  const flush = (): void => {
    if (group.length > 0) out.push(group.length === 1 ? `${load} --${side}port ${group.join('')}` : ` -m multiport --${side}ports ${group.join(',')}`);
    group = [];
    places = 0;
  };
  for (const item of items) {
    if (places + item.places > MULTIPORT_LIMIT) flush();
    group.push(item.text);
    places += item.places;
  }
  flush();
  return out;
}

/** Undefined where the end has no address of the family. */
function endOption(option: '-s' | '-d', end: PermitEnd, family: Family, snippet: Snippet): string | undefined {
  if (end.kind === 'any') return '';
  if (end.kind === 'placeholder') return ` ${option} ${snippet.placeholder(end.label)}`;
  const cidrs = toCidrs(family, end.set[family]);
  if (cidrs.length === 0) return undefined;
  if (end.set[family].length === 2 && cidrs.length === 1 && cidrs[0]?.endsWith('/0')) return '';
  return ` ${option} ${cidrs.join(',')}`;
}

/** The specifications of the rules for a permit in one family (`-s 10.0.0.5 -p tcp -m tcp --dport 443 -j ACCEPT`); none if the permit has no addresses of it. */
export function specifications(permit: Permit, family: Family, style: Style, snippet: Snippet): string[] {
  const { direction, answer, transport } = permit;
  const names = { from: direction !== 'out' || permit.from.kind === 'addresses', to: direction !== 'in' || permit.to.kind === 'addresses' };
  const from = names.from ? endOption(answer ? '-d' : '-s', permit.from, family, snippet) : '';
  const to = names.to ? endOption(answer ? '-s' : '-d', permit.to, family, snippet) : '';
  if (from === undefined || to === undefined) return [];
  const ends = answer ? to + from : from + to;
  const state = !answer ? '' : style.oldState ? ' -m state --state ESTABLISHED' : ' -m conntrack --ctstate ESTABLISHED';
  const note = style.notes === 'match' ? ` -m comment --comment "${snippet.literal(plainNote(permit.note))}"` : '';
  return portOptions(permit.ports, answer ? 's' : 'd', transport, style).map((ports) => `${ends} -p ${transport}${ports}${state}${note} -j ACCEPT`.trimStart());
}

/** A note that can stand between double quotes, within the 255 characters that the comment match takes. */
const plainNote = (note: string): string => note.replace(/["\\`$\r\n]/g, ' ').slice(0, 250);

export const commentLine = (note: string): string => `# ${note.replace(/[\r\n]+/g, ' ')}`;

/** Permits between the same ends as one, with the ports of all. */
export function merged(permits: readonly Permit[]): Permit[] {
  const out: Permit[] = [];
  for (const permit of permits) {
    const at = out.findIndex((p) => p.direction === permit.direction && p.answer === permit.answer && p.transport === permit.transport && sameEnd(p.from, permit.from) && sameEnd(p.to, permit.to));
    const same = out[at];
    if (!same) out.push(permit);
    else out[at] = { ...same, ports: unionAll([same.ports, permit.ports]), note: same.note.split('; ').includes(permit.note) ? same.note : `${same.note}; ${permit.note}` };
  }
  return out;
}

function sameEnd(a: PermitEnd, b: PermitEnd): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'placeholder') return a.label === (b as typeof a).label;
  return a.kind === 'any' || sameSet(a.set, (b as typeof a).set);
}

const sameSet = (a: AddressSet, b: AddressSet): boolean => equals(a[4], b[4]) && equals(a[6], b[6]);
