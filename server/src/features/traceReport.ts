/** What `trace` answers about packets (contract: interfaces.md "Command line"): one answer per path, and one for many packets at once. */
import { t } from '@vscode/l10n';
import { closest } from '../catalog/names.ts';
import { type PathTrace, type TraceStep, type TraceVerdict, tracePath } from '../engine/trace.ts';
import type { Direction, Path, Policy } from '../model/policy.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { PacketProblem, type PacketQuery, readPacket } from './packets.ts';
import { type RangeJson, type Sources, quoteDefault, quoteEntry, sourcesOf } from './sources.ts';

export interface TraceJson {
  readonly schema: 1;
  readonly policies: readonly PathTraceJson[];
  /** `undecided` where several policies, not on one path, answer. */
  readonly verdict: TraceVerdict;
}

export interface PathTraceJson {
  readonly name: string;
  readonly direction: Direction;
  readonly verdict: TraceVerdict;
  readonly decidedBy: StepJson;
  readonly steps: readonly StepJson[];
}

export interface StepJson {
  /** Where the step lies in another document than the one asked about. */
  readonly path?: string;
  readonly range: RangeJson;
  readonly text: string;
  readonly action: TraceStep['action'];
}

/** The answer to one line of `--packets`; `decidedBy` is null where no policy is in the way, or several are not on one path. */
export interface PacketAnswer {
  readonly verdict: TraceVerdict;
  readonly decidedBy: StepJson | null;
}

export interface PacketTrace {
  readonly json: TraceJson;
  /** What the user of the command line should know beside the answer, in English. */
  readonly notes: readonly string[];
}

const PASSING: Readonly<Record<Direction, string>> = { in: 'incoming', out: 'outgoing', transit: 'passing' };

/** What a policy filters that was asked about packets of another direction. */
const OTHERWISE: Readonly<Record<Direction, (policy: string) => string>> = {
  in: (policy) => t('policy “{0}” filters incoming packets: ask with direction in', policy),
  out: (policy) => t('policy “{0}” filters outgoing packets: ask with direction out', policy),
  transit: (policy) => t('policy “{0}” filters passing packets: ask with direction transit', policy),
};

export class Tracer {
  private readonly steps = new WeakMap<object, Map<TraceStep['action'], StepJson>>();

  constructor(
    private readonly analysis: Analysis,
    private readonly sources: Sources = sourcesOf(analysis),
  ) {}

  /** @throws {PacketProblem} if the query names a policy that is not there. */
  trace(query: PacketQuery): PacketTrace {
    const traced = this.paths(query).map((path) => tracePath(path, query.question, this.analysis.declared.site));
    const policies = traced.map((t): PathTraceJson => ({
      name: t.path.name,
      direction: t.path.direction,
      verdict: t.verdict,
      decidedBy: this.step(t.decidedBy),
      steps: t.steps.map((s) => this.step(s)),
    }));
    return { json: { schema: 1, policies, verdict: this.combined(traced) }, notes: this.notesOn(query, traced) };
  }

  answer(query: PacketQuery): PacketAnswer {
    const traced = this.paths(query).map((path) => tracePath(path, query.question, this.analysis.declared.site));
    const [only] = traced;
    return { verdict: this.combined(traced), decidedBy: only && traced.length === 1 ? this.step(only.decidedBy) : null };
  }

  private paths({ direction, policy }: PacketQuery): readonly Path[] {
    const all = this.analysis.paths;
    if (policy === undefined) return all.filter((p) => p.direction === direction);
    const named = all.filter((p) => p.name === policy || p.policies.some((one) => one.name === policy));
    const found = named.filter((p) => p.direction === direction);
    if (found.length > 0) return found;
    const [other] = named;
    if (other) throw new PacketProblem(OTHERWISE[other.direction](policy));
    const names = [...new Set(all.map((p) => p.name))];
    const near = closest(policy, names);
    throw new PacketProblem(names.length === 0 ? t('the file has no policy “{0}”; it has none at all', policy) : t('the file has no policy “{0}”; it has {1}', policy, (near.length > 0 ? near : names).join(', ')));
  }

  private step({ policy, entry, action }: TraceStep): StepJson {
    const key = entry ?? policy;
    const known = this.steps.get(key) ?? new Map<TraceStep['action'], StepJson>();
    this.steps.set(key, known);
    let json = known.get(action);
    if (!json) known.set(action, (json = { ...this.place(policy, entry), action }));
    return json;
  }

  private place(policy: Policy, entry: TraceStep['entry']): Omit<StepJson, 'action'> {
    const { uri, range, text } = entry ? quoteEntry(entry, this.sources) : quoteDefault(policy, this.sources);
    return { ...(uri !== this.analysis.uri && { path: this.sources.path(uri) }), range, text };
  }

  private combined([first, ...others]: readonly PathTrace[]): TraceVerdict {
    // Where nothing filters, packets pass; but other files of a module may filter.
    if (!first) return this.analysis.module ? 'undecided' : 'accept';
    return others.length > 0 ? 'undecided' : first.verdict;
  }

  private notesOn({ question, direction }: PacketQuery, traced: readonly PathTrace[]): string[] {
    if (traced.length === 0) return [`no policy of the file filters ${PASSING[direction]} packets${this.analysis.module ? '; ask the file of its module that holds the policy' : ': they pass'}`];
    if (traced.length > 1) return [`several policies filter ${PASSING[direction]} packets: choose with --policy one of ${traced.map((t) => t.path.name).join(', ')}`];
    const filtered = traced.some((t) => t.path.policies.some((p) => p.families.includes(question.family)));
    return filtered ? [] : [`no ${PASSING[direction]} policy of the file filters IPv${question.family}: the packet passes`];
  }
}

/**
 * Answers lines of JSON, one packet each, in their order; blank lines are passed over.
 * @throws {PacketProblem} naming the first line that is not a packet.
 */
export function traceLines(analysis: Analysis, lines: Iterable<string>, sources?: Sources): PacketAnswer[] {
  const tracer = new Tracer(analysis, sources);
  const answers: PacketAnswer[] = [];
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    try {
      answers.push(tracer.answer(readPacket(parseJson(line))));
    } catch (error) {
      throw error instanceof PacketProblem ? new PacketProblem(`line ${number}: ${error.message}`) : error;
    }
  }
  return answers;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new PacketProblem('not a line of JSON');
  }
}
