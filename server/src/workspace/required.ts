/** Which flows of the catalog a path must let through (design: semantics.md "What is required"). */
import type { CatalogView } from '../catalog/view.ts';
import { type Flow, type FeatureState, conditionsNeed, flowNeed } from '../model/flow.ts';
import type { Path } from '../model/policy.ts';
import type { Declarations } from './declarations.ts';
import { type Guard, componentsOf } from './guards.ts';

export interface RequiredFlow {
  /** As it holds on this site: items that the stated features rule out are gone. */
  readonly flow: Flow;
  readonly conditions: readonly { readonly feature: string; readonly state: FeatureState; readonly text: string }[];
  /** It hangs on a feature about which the site says nothing. */
  readonly unstated: boolean;
}

/** The chosen workloads, or those that the guarded components imply by belonging to one only. */
export function workloadsOf(guard: Guard, chosen: readonly string[], catalog: CatalogView): readonly string[] {
  if (chosen.length > 0) return chosen;
  const named = componentsOf(guard);
  const implied = named.map((c) => catalog.workloadsOf.get(c) ?? []).filter((w) => w.length === 1).flat();
  return [...new Set(implied)];
}

export function requiredFlows(path: Path, guard: Guard, workloads: readonly string[], declared: Pick<Declarations, 'features' | 'absent' | 'site'>, catalog: CatalogView, ignored: (flow: string) => boolean): RequiredFlow[] {
  const stateOf = (feature: string): FeatureState => declared.features.get(feature) ?? 'unstated';
  const out: RequiredFlow[] = [];
  for (const flow of catalog.flows) {
    if (flow.self || !workloads.includes(flow.workload) || !concerns(flow, path, guard)) continue;
    if (declared.absent.has(flow.from) || declared.absent.has(flow.to) || ignored(flow.id)) continue;
    const need = flowNeed(flow, stateOf);
    if (need === 'not-required') continue;
    const items = flow.items.filter((i) => conditionsNeed(i.conditions, stateOf) !== 'not-required');
    if (items.length === 0) continue;
    const conditions = uniqueConditions([...flow.conditions, ...items.flatMap((i) => i.conditions)]).map(({ feature, text }) => ({ feature, state: stateOf(feature), text }));
    out.push({ flow: items.length === flow.items.length ? flow : { ...flow, items, mode: items.length === 1 ? 'only' : flow.mode }, conditions, unstated: need === 'unstated' });
  }
  return withoutUndeclaredAlternatives(out, guard, declared);
}

function uniqueConditions<T extends { readonly feature: string; readonly text: string }>(conditions: readonly T[]): T[] {
  return conditions.filter((c, i) => conditions.findIndex((d) => d.feature === c.feature && d.text === c.text) === i);
}

function concerns(flow: Flow, path: Path, guard: Guard): boolean {
  if (guard.kind === 'host') return guard.components.includes(path.direction === 'in' ? flow.to : flow.from);
  return (!guard.from || guard.from.includes(flow.from)) && (!guard.to || guard.to.includes(flow.to));
}

/** Of alternative targets only declared ones are required, once one is declared. */
function withoutUndeclaredAlternatives(flows: readonly RequiredFlow[], guard: Guard, { site }: Pick<Declarations, 'site'>): RequiredFlow[] {
  const named = componentsOf(guard);
  const declared = (id: string): boolean => site.components.has(id) || named.includes(id);
  const alternatives = (group: string): RequiredFlow[] => flows.filter((f) => f.flow.alternativeGroup === group);
  return flows.filter(({ flow }) => {
    if (flow.alternativeGroup === undefined) return true;
    const all = alternatives(flow.alternativeGroup);
    const end = new Set(all.map((a) => a.flow.to)).size > 1 ? 'to' : 'from';
    return !all.some((a) => declared(a.flow[end])) || declared(flow[end]);
  });
}
