/** Every check, in the order in which their findings are listed for one place. */
import type { Finding } from '../model/finding.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { isSilenced, isSilencedAtRule } from '../workspace/suppressions.ts';
import { blockedFlow } from './blockedFlow.ts';
import { broadRule } from './broadRule.ts';
import type { Check } from './check.ts';
import { deadRule } from './deadRule.ts';
import { fallbackFlow } from './fallbackFlow.ts';
import { missingFlow } from './missingFlow.ts';
import { nearMiss } from './nearMiss.ts';
import { partialFlow } from './partialFlow.ts';
import { returnBlocked } from './returnBlocked.ts';
import { uncheckedPolicy } from './uncheckedPolicy.ts';
import { undecidedFlow } from './undecidedFlow.ts';

const CHECKS: readonly Check[] = [missingFlow, blockedFlow, partialFlow, returnBlocked, fallbackFlow, nearMiss, broadRule, deadRule, undecidedFlow, uncheckedPolicy];

/**
 * All findings of a document, by place; what `ignore` directives silence is left out.
 * @param failed takes the error of one check, whose findings are then lacking; without it the error is thrown.
 */
export function findingsOf(analysis: Analysis, failed?: (what: string, error: unknown) => void): Finding[] {
  const all = [...analysis.directiveFindings, ...CHECKS.flatMap((check) => guarded(check, analysis, failed))];
  const named = new Map([...analysis.paths].reverse().map((p) => [p.head.key, p]));
  const pathOf = (f: Finding): Analysis['paths'][number] | undefined => (f.policy === undefined ? undefined : named.get(f.policy));
  return all
    .filter((f) => !isSilenced(f, pathOf(f), analysis.suppressions) && !(f.uri === analysis.uri && isSilencedAtRule(f, analysis.suppressions)))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function guarded(check: Check, analysis: Analysis, failed: ((what: string, error: unknown) => void) | undefined): readonly Finding[] {
  try {
    return check(analysis);
  } catch (error) {
    if (!failed) throw error;
    failed(`The check ${check.name}`, error);
    return [];
  }
}
