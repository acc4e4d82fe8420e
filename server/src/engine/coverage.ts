/**
 * From a required flow and the paths of a file to a verdict (design: semantics.md "Three values", "Answers").
 * A flow between known addresses is judged for all of them. An end without a declared address is one unknown host:
 * the rules are asked about every address at once, and then one address is looked for that serves the whole requirement.
 */
import { t } from '@vscode/l10n';
import { type Address, type AddressIntervals, type Family, ofFamily, next } from '../core/addresses.ts';
import { type IntervalSet, closedRange, contains, intersect, isEmpty, single, size, subtract, unionAll } from '../core/intervals.ts';
import { ALL_FLAGS, ALL_PORTS, type Box, PROTOCOL, type PacketSet, STATE, SYN, answerOf, coalesce, intersectSets, requestOf, subtractSets } from '../core/packets.ts';
import type { Component, Flow, Transport } from '../model/flow.ts';
import type { Direction, Path, RankedEntry } from '../model/policy.ts';
import type { Decider, FlowVerdict, Host, Verdict } from '../model/verdict.ts';
import { type Candidate, type Effort, candidatesFor } from './candidates.ts';
import type { Circumstances } from './context.ts';
import { type Evaluation, type Part, attribute, evaluate, isUnconditional } from './evaluate.ts';
import { type Site, addressesIn, disjointInterfaces, hostOf, referenceOwners } from './site.ts';

export interface Judge {
  readonly site: Site;
  readonly components: ReadonlyMap<string, Component>;
  /** What the flow's answers pass, where the path keeps no state. */
  readonly answers?: Path;
}

/** @returns undefined where the flow needs no rule of this path: both ends one address, or no address in a family that the path filters. */
export function judgeFlow(flow: Flow, path: Path, judge: Judge): FlowVerdict | undefined {
  if (flow.self) return undefined;
  const from = hostOf(flow.from, judge.site, judge.components, flow.to);
  const to = hostOf(flow.to, judge.site, judge.components, flow.from);
  const items = flow.items.map((i) => closedRange(i.first, i.last));
  const families = ([4, 6] as const).filter((f) => path.policies.some((p) => p.families.includes(f)));
  const ask = (family: Family): PacketSet =>
    pairs(family, addressesIn(from)[family], addressesIn(to)[family], from.kind === 'known' && to.kind === 'known').flatMap(({ src, dst }) =>
      flow.transports.map((transport): Box => ({ family, src, dst, protocol: single(PROTOCOL[transport]), sport: closedRange(flow.sourcePorts.first, flow.sourcePorts.last), dport: unionAll(items), state: single(STATE.new), flags: single(SYN) })),
    );
  const asked = families.flatMap(ask);
  if (asked.length === 0) return undefined;
  const need = { flow, items };
  const about = { flow, path, from, to };
  const around = circumstances(path, judge, flow);
  if (from.kind === 'known' && to.kind === 'known') return conclude(serve(asked, path, judge, around), need, about, []);
  const picked = pick(asked, need, from, to, path, judge, around);
  if (!picked) return undefined;
  const verdict = conclude(picked.served, need, about, picked.assumptions);
  // Another address may be served: what was found lacking is not proven to lack.
  return picked.incomplete && verdict.lacking.length > 0 ? { ...verdict, verdict: 'undecided', lacking: [], undecided: verdict.lacking, decidedBy: [], assumptions: [...verdict.assumptions, t('more combinations of addresses than are tried; declare the addresses')] } : verdict;
}

/** Products of source and destination sets, without the pairs of one address with itself (a host needs no rule to reach itself). */
function pairs(family: Family, src: AddressIntervals, dst: AddressIntervals, known: boolean): { src: AddressIntervals; dst: AddressIntervals }[] {
  if (src.length === 0 || dst.length === 0) return [];
  const both = intersect(src, dst);
  // Larger common networks are two hosts in one network, not one host on both ends.
  if (!known || isEmpty(both) || size(both) > 16) return [{ src, dst }];
  const out = [{ src: subtract(src, both), dst }];
  for (let i = 0; i < both.length; i += 2) {
    for (let a = both[i] as Address; a < (both[i + 1] as Address); a = next(a)) {
      const own = ofFamily(family, [a, next(a)])[family];
      out.push({ src: own, dst: subtract(dst, own) });
    }
  }
  return out.filter((p) => p.src.length > 0 && p.dst.length > 0);
}

interface Served {
  readonly asked: PacketSet;
  readonly upper: PacketSet;
  readonly lower: PacketSet;
  readonly request: Evaluation;
  readonly answer?: Evaluation;
  readonly about: Circumstances;
  readonly aboutAnswer: Circumstances;
  readonly assumptions: readonly string[];
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = { in: 'out', out: 'in', transit: 'transit' };

const surroundings = new WeakMap<Site, Pick<Circumstances, 'interfaces' | 'references'>>();

/** What holds for every flow of a site. */
function surroundingsOf(site: Site): Pick<Circumstances, 'interfaces' | 'references'> {
  let known = surroundings.get(site);
  if (!known) surroundings.set(site, (known = { interfaces: disjointInterfaces(site.interfaces), references: referenceOwners(site) }));
  return known;
}

function circumstances(path: Path, { site }: Judge, { from, to }: Flow): Pick<Served, 'about' | 'aboutAnswer'> {
  const { interfaces, references } = surroundingsOf(site);
  return {
    about: { interfaces, references, direction: path.direction, reply: false, srcComponent: from, dstComponent: to },
    aboutAnswer: { interfaces, references, direction: OPPOSITE[path.direction], reply: true, srcComponent: to, dstComponent: from },
  };
}

function serve(asked: PacketSet, path: Path, judge: Judge, around: Pick<Served, 'about' | 'aboutAnswer'>): Served {
  const request = evaluate(path, asked, around.about);
  const known = { ...around, asked, request };
  const notes = [...path.policies, ...(judge.answers?.policies ?? [])].flatMap((p) => p.assumptions);
  if (path.head.stateful) return { ...known, upper: request.upper, lower: request.lower, assumptions: unique(notes) };
  if (!judge.answers) return { ...known, upper: request.upper, lower: request.lower, assumptions: unique([...notes, t('answers pass: no policy of this file filters the opposite direction')]) };
  const answer = evaluate(judge.answers, request.upper.map(answerOf), around.aboutAnswer);
  return {
    ...known,
    answer,
    upper: intersectSets(request.upper, answer.upper.map(requestOf)),
    lower: intersectSets(request.lower, answer.lower.map(requestOf)),
    assumptions: unique(notes),
  };
}

const unique = (list: readonly string[]): string[] => [...new Set(list)];

interface Need {
  readonly flow: Flow;
  readonly items: readonly IntervalSet[];
}

const withPorts = (set: PacketSet, transport: Transport, ports: IntervalSet): PacketSet =>
  set.filter((b) => contains(b.protocol, PROTOCOL[transport])).map((b) => ({ ...b, dport: intersect(b.dport, ports) })).filter((b) => b.dport.length > 0);

/** Of what is asked, what `served` leaves lacking: all items, or for alternatives the first item of pairs of addresses that no item serves wholly. */
function unmet(asked: PacketSet, served: PacketSet, need: Need): PacketSet {
  const { flow, items } = need;
  if (served.length === 0) return wanted(asked, need);
  if (!isChoice(flow)) return subtractSets(asked, served);
  return flow.transports.flatMap((transport) => {
    const gaps = items.map((ports) => subtractSets(withPorts(asked, transport, ports), served));
    return gaps.slice(1).reduce((rest, gap) => rest.flatMap((b) => overEndsOf(b, gap)), gaps[0] ?? []);
  });
}

/** The part of a box whose pairs of addresses occur in the set. */
function overEndsOf(box: Box, set: PacketSet): PacketSet {
  const ends = set.map((b) => ({ ...b, sport: ALL_PORTS, dport: ALL_PORTS, flags: ALL_FLAGS }));
  const covered = subtractSets([box], ends);
  return subtractSets([box], covered);
}

/** What all items ask of a flow with alternatives: its first item; of another, everything. */
function wanted(asked: PacketSet, { flow, items }: Need): PacketSet {
  if (!isChoice(flow)) return asked;
  return flow.transports.flatMap((transport) => withPorts(asked, transport, items[0] ?? []));
}

/** What the search for an unknown host's address may cost; files with thousands of address sets at both ends exceed it. */
const EFFORT = 100_000;

/** Sums of fractions of source ports may fall short of the whole by this much. */
const ROUNDING = 1e-9;

/** Finds the addresses of unknown hosts that serve the flow: the first that surely do, else those that serve most. */
function pick(asked: PacketSet, need: Need, from: Host, to: Host, path: Path, judge: Judge, around: Pick<Served, 'about' | 'aboutAnswer'>): { served: Served; assumptions: readonly string[]; incomplete?: boolean } | undefined {
  const { answers, components } = judge;
  const hosts = { src: from, dst: to };
  const unknown = (['src', 'dst'] as const).filter((end) => hosts[end].kind === 'unknown');
  let best: { served: Served; candidate: Candidate; lacking: number; unsure: number; open: number } | undefined;
  const judgeAt = (candidate: Candidate): void => {
    const served = serve(intersectSets(asked, [candidate.box]), path, judge, around);
    const lacking = weight(unmet(served.asked, served.upper, need));
    const unsure = lacking > 0 ? 0 : weight(unmet(served.asked, served.lower, need));
    const open = weight(served.upper);
    if (!best || lacking < best.lacking || (lacking === best.lacking && (unsure < best.unsure || (unsure === best.unsure && open > best.open)))) best = { served, candidate, lacking, unsure, open };
  };
  const done = (): boolean => best?.lacking === 0 && best.unsure === 0;
  const chosen = ({ served, candidate }: NonNullable<typeof best>): { served: Served; assumptions: readonly string[] } => ({ served, assumptions: candidate.assumptions((end) => components.get(hosts[end].component)?.name ?? hosts[end].component) });
  const families = ([4, 6] as const).map((family) => ({ family, mine: asked.filter((b) => b.family === family) })).filter(({ mine }) => mine.length > 0);
  const search = { ...around, path, unknown, ...(answers ? { answers } : {}) };
  // A choice is open for a pair of addresses that one item serves wholly; other flows only if all pairs are served.
  const single = isChoice(need.flow) ? (['src', 'dst'] as const) : unknown;
  const whole = (mine: PacketSet): number => weight(mine.map((b) => ({ ...b, ...(single.includes('src') ? { src: b.src.slice(0, 1) } : {}), ...(single.includes('dst') ? { dst: b.dst.slice(0, 1) } : {}) }))) * (1 - ROUNDING);
  const effort: Effort = { left: EFFORT };
  const likely = families.flatMap(({ family, mine }) => wholeServings(mine, need).map((set) => candidatesFor(family, set, search).servedAtLeast(whole(set), effort)));
  // Those without assumptions come first in each list, and all of them before the first with one.
  const assuming: Candidate[] = [];
  for (const list of likely) {
    for (let next = list.next(); !next.done && !done(); next = list.next()) {
      if (next.value.assumed > 0) {
        assuming.push(next.value);
        break;
      }
      judgeAt(next.value);
    }
  }
  if (!done()) {
    for (const candidate of [...assuming, ...likely.flatMap((list) => [...list])].sort((a, b) => a.assumed - b.assumed)) {
      if (done() || effort.left <= 0) break;
      judgeAt(candidate);
    }
  }
  if (best?.lacking === 0) return chosen(best);
  const gained = (): number => (best ? weight(wanted(best.served.asked, need)) - best.lacking : -1);
  // What serves no alternative wholly gains at most what it serves of the first.
  for (const { family, mine } of families) for (const candidate of candidatesFor(family, wanted(mine, need), search).servedBeyond(gained, effort)) judgeAt(candidate);
  return best && { ...chosen(best), incomplete: effort.left <= 0 };
}

/** Sets of requests such that whoever serves none of them wholly leaves the flow closed. */
function wholeServings(asked: PacketSet, { flow, items }: Need): PacketSet[] {
  return isChoice(flow) ? flow.transports.flatMap((transport) => items.map((ports) => withPorts(asked, transport, ports))) : [asked];
}

const isChoice = (flow: Flow): boolean => flow.mode === 'any' || flow.mode === 'prefer';

/** Addresses in a set; a lone bound stands for one address. */
const countOf = (set: AddressIntervals): number => (set.length === 1 ? 1 : Number(size(set)));

/** How much traffic: ports times the known end's addresses. */
function weight(set: PacketSet): number {
  return set.reduce((sum, b) => sum + size(b.dport) * countOf(b.src) * countOf(b.dst) * (size(b.sport) / 65536), 0);
}

function conclude(served: Served, need: Need, about: Pick<FlowVerdict, 'flow' | 'path' | 'from' | 'to'>, supposed: readonly string[]): FlowVerdict {
  const { asked, upper } = served;
  const required = wanted(asked, need);
  const lacking = coalesce(unmet(asked, upper, need));
  const undecided = coalesce(subtractSets(unmet(asked, served.lower, need), lacking));
  const denied = deciders(served.request.denials, lacking, served.about, false);
  const unanswered = served.answer ? deciders(served.answer.denials, lacking, served.aboutAnswer, true) : [];
  const keptOut = [...denied, ...unanswered].sort((a, b) => Number(byDefault(a)) - Number(byDefault(b)));
  const open = coalesce(undecided.length > 0 ? served.lower : upper);
  const opened = deciders(served.request.accepts, open, served.about, false);
  const verdict: Verdict = lacking.length === 0 ? (undecided.length === 0 ? 'open' : 'undecided') : subtractSets(required, lacking).length > 0 ? 'partial' : keptOut.some((d) => d.answer || !byDefault(d)) ? 'blocked' : 'missing';
  return {
    ...about,
    verdict,
    required,
    open,
    lacking,
    undecided,
    decidedBy: verdict === 'open' ? opened : verdict === 'undecided' ? [] : keptOut,
    openedBy: opened,
    doubts: undecided.length > 0 ? doubtsOf(served, undecided) : [],
    assumptions: [...served.assumptions, ...supposed],
    supposed,
    fallbackOnly: verdict === 'open' && need.flow.mode === 'prefer' && subtractSets(required, upper).length > 0,
  };
}

const byDefault = (d: Decider): boolean => !d.entry || d.standsForDefault;

function deciders(parts: readonly Part[], within: PacketSet, about: Circumstances, answer: boolean): Decider[] {
  const out = new Map<RankedEntry | Part['policy'], Decider>();
  const asked = answer ? within.map(answerOf) : within;
  for (const part of parts) {
    for (const { entry, set } of attribute(part, asked)) {
      const key = entry ?? part.policy;
      const known = out.get(key);
      const kind = entry?.rule.action.kind;
      const families = [...new Set(set.map((b) => b.family))];
      const standsForDefault = entry !== undefined && part.outcome === 'deny' && families.every((f) => isUnconditional(entry, part, about, f));
      out.set(key, {
        policy: part.policy,
        ...(entry ? { entry } : {}),
        jumps: part.jumps,
        action: kind === undefined ? 'default' : kind === 'drop' || kind === 'reject' ? kind : 'accept',
        set: [...(known?.set ?? []), ...(answer ? set.map(requestOf) : set)],
        answer,
        standsForDefault: standsForDefault && known?.standsForDefault !== false,
      });
    }
  }
  return [...out.values()].map((d) => ({ ...d, set: coalesce(d.set) }));
}

function doubtsOf(served: Served, undecided: PacketSet): FlowVerdict['doubts'] {
  const seen = new Map<RankedEntry, FlowVerdict['doubts'][number]>();
  for (const part of served.request.doubts) if (part.doubt && intersectSets(part.set, undecided).length > 0) seen.set(part.doubt, { policy: part.policy, entry: part.doubt });
  const answers = undecided.map(answerOf);
  for (const part of served.answer?.doubts ?? []) if (part.doubt && intersectSets(part.set, answers).length > 0) seen.set(part.doubt, { policy: part.policy, entry: part.doubt });
  return [...seen.values()];
}
