/** The pick list of what a policy may guard. */
import type { GuardChoice } from '../../../server/src/features/guardChoices.ts';
import type { Translate } from '../translate.ts';

export interface GuardItem {
  readonly label: string;
  readonly description?: string;
  /** Absent for a heading. */
  readonly choice?: GuardChoice;
}

/** Components whose ports the rules open come first, in the server's order, then all others, then what is no component. */
export function guardItems(choices: readonly GuardChoice[], t: Translate): GuardItem[] {
  const components = choices.filter(({ kind }) => kind === 'guards');
  const fits = components.filter(({ fit = 0 }) => fit > 0);
  const others = components.filter(({ fit = 0 }) => fit === 0);
  const rest = choices.filter(({ kind }) => kind !== 'guards');
  const section = (label: string, members: readonly GuardChoice[]): GuardItem[] => (members.length > 0 ? [{ label }, ...members.map((choice) => itemOf(choice, t))] : []);
  return [...section(t('fits the open ports'), fits), ...section(t('components'), others), ...section(t('otherwise'), rest)];
}

function itemOf(choice: GuardChoice, t: Translate): GuardItem {
  const { kind, component, workload, fit = 0 } = choice;
  if (kind === 'transit') return { label: t('It stands between networks'), description: 'transit', choice };
  if (kind === 'off' || !component) return { label: t('Do not check it'), description: 'off', choice };
  const words = [component.id, ...(workload === undefined ? [] : [workload]), ...(fit > 0 ? [t('{0} % fit', Math.round(fit * 100))] : [])];
  return { label: component.name, description: words.join(' · '), choice };
}
