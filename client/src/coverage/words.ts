/** The states of flows in words, signs and icons: never by colour alone. */
import type { Translate } from '../translate.ts';
import type { CoveredFlow } from './model.ts';

type Verdict = CoveredFlow['verdict'];

export const VERDICTS: readonly Verdict[] = ['open', 'missing', 'blocked', 'partial', 'undecided'];

export const SIGN: Readonly<Record<Verdict, string>> = { open: '✓', missing: '✗', blocked: '⊘', partial: '◐', undecided: '?' };

export function verdictWord(verdict: Verdict, t: Translate): string {
  switch (verdict) {
    case 'open': return t('open');
    case 'missing': return t('closed');
    case 'blocked': return t('denied by a rule');
    case 'partial': return t('partly open');
    case 'undecided': return t('cannot be told');
  }
}

/** `7 of 9 flows open`. */
export function openCount(open: number, total: number, t: Translate): string {
  return total === 1 ? t('{0} of 1 flow open', open) : t('{0} of {1} flows open', open, total);
}

/** All that a row or a cell shows by its place, for whoever cannot see it. */
export function spokenFlow({ ports, verdict, from, to, policy, file, place }: CoveredFlow, t: Translate): string {
  return t('{0}, {1}: {2} to {3}, policy {4} of {5}. Decided at line {6}.', ports, verdictWord(verdict, t), from.name, to.name, policy, file, place.range.start.line);
}
