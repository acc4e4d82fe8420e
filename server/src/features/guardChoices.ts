/** What a person can declare of a file's policies that say nothing of themselves, each choice with the edit that declares it. */
import type { TextEdit } from 'vscode-languageserver-types';
import type { TextChange } from '../dialects/dialect.ts';
import type { Path } from '../model/policy.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { componentName } from '../checks/words.ts';
import { rangeOf } from './diagnostics.ts';
import { abovePolicy, onTop } from './directiveEdits.ts';
import { type RankedGuard, rankGuards } from './guardRanking.ts';

/** One policy, or the whole file. */
export interface GuardPlace {
  /** As `check` names it; absent for the whole file. */
  readonly policy?: string;
  /** The policies that the declaration would hold for. */
  readonly policies: readonly string[];
  /** The best fit first. */
  readonly choices: readonly GuardChoice[];
}

export interface GuardChoice {
  readonly kind: 'guards' | 'transit' | 'off';
  readonly component?: { readonly id: string; readonly name: string };
  /** What a `use` beside it names, for a component of several workloads. */
  readonly workload?: string;
  /** From 0 to 1: how well the open ports fit the component's flows. */
  readonly fit?: number;
  readonly edits: readonly TextEdit[];
}

/** Empty if every policy of the file says what it guards. The whole file comes first where several policies could be one machine's. */
export function guardPlaces(analysis: Analysis): GuardPlace[] {
  const here = analysis.unguarded.filter(({ head }) => head.uri === analysis.uri);
  const ofHost = here.filter(({ direction }) => direction !== 'transit');
  const places = here.map((path): GuardPlace => ({ policy: path.name, policies: [path.name], choices: choicesOf([path], (words) => abovePolicy(path.head.key, words, analysis), analysis) }));
  const file: GuardPlace = { policies: ofHost.map(({ name }) => name), choices: choicesOf(ofHost, (words) => onTop(words, analysis), analysis) };
  return [...(ofHost.length > 1 ? [file] : []), ...places].filter(({ choices }) => choices.length > 0);
}

function choicesOf(paths: readonly Path[], write: (words: readonly string[]) => TextChange | undefined, analysis: Analysis): GuardChoice[] {
  const choice = (kind: GuardChoice['kind'], words: readonly string[], more: Pick<GuardChoice, 'component' | 'workload' | 'fit'> = {}): GuardChoice[] => {
    const change = write(words);
    return change ? [{ kind, ...more, edits: [{ range: rangeOf(change, analysis.lines), newText: change.newText }] }] : [];
  };
  const host = paths.some(({ direction }) => direction !== 'transit');
  const guards = (host ? ranked(paths, analysis) : []).flatMap(({ component: id, workload, fit }) =>
    choice('guards', [...(workload === undefined ? [] : [`use ${workload}`]), `guards ${id}`], { component: { id, name: componentName(analysis, id) }, ...(workload === undefined ? {} : { workload }), fit }),
  );
  return [...guards, ...(host ? [] : choice('transit', ['transit'])), ...choice('off', ['off'])];
}

/** By the mean fit over the paths; of several workloads the one that fits some path best. */
function ranked(paths: readonly Path[], analysis: Analysis): RankedGuard[] {
  const all = paths.flatMap((path) => rankGuards(path, analysis));
  const best = new Map<string, RankedGuard>();
  for (const one of all) if (one.fit > (best.get(one.component)?.fit ?? -1)) best.set(one.component, one);
  const mean = (id: string): number => all.filter(({ component }) => component === id).reduce((sum, { fit }) => sum + fit, 0) / paths.length;
  return [...best.values()].map((one) => ({ ...one, fit: mean(one.component) })).sort((a, b) => b.fit - a.fit);
}
