/** A whole new rule file for a component: its flows pass and nothing else. */
import { t } from '@vscode/l10n';
import type { Dialect, Permit } from '../dialects/dialect.ts';
import { listed } from '../core/lists.ts';
import type { Analysis, Overrides } from '../workspace/analysis.ts';
import { workloadsOf } from '../workspace/required.ts';
import { permitsOfFlow } from './flowPermits.ts';
import { filledIn } from './placeholders.ts';

export interface NewPolicy {
  readonly text: string;
  /** Peers stand as `ADDRESS_OF_...` and must be replaced by addresses. */
  readonly placeholders: boolean;
}

/**
 * Which flows are required is asked of the same analysis that judges files: of a policy that lets nothing pass.
 * @param judge analyses a text of the dialect under the overrides.
 */
export function newPolicy(dialect: Dialect, { guards = [], use }: Overrides, judge: (text: string) => Analysis): NewPolicy {
  const directives = [`guards ${guards.join(', ')}`, ...(use ? [`use ${use.join(', ')}`] : [])].map((text) => `veeam-ports: ${text}`);
  const analysis = judge(dialect.writePolicy([], directives));
  const all = analysis.reports.flatMap(({ path, flows }) => flows.flatMap(({ flow }) => permitsOfFlow(flow, path.direction, analysis)));
  // A rule for any address would leave nothing to decide to one for the same port below it.
  const permits = [...all.filter((p) => !isForAny(p)), ...all.filter(isForAny)];
  const text = dialect.writePolicy(permits, directives);
  const placeholders = permits.some((p) => p.from.kind === 'placeholder' || p.to.kind === 'placeholder');
  return { text: placeholders ? filledIn(text) : text, placeholders };
}

const isForAny = ({ direction, from, to }: Permit): boolean => (direction === 'in' ? from : to).kind === 'any';

/** The workloads of which the caller must name some, if the components that it guards leave open which are meant; undefined if they do not. */
export function openWorkloads({ overrides: { guards, use }, declared, catalog }: Analysis): { readonly components: readonly string[]; readonly workloads: readonly string[] } | undefined {
  if (!guards || workloadsOf({ kind: 'host', components: guards }, use ?? declared.use, catalog).length > 0) return undefined;
  return { components: guards, workloads: [...new Set(guards.flatMap((id) => catalog.workloadsOf.get(id) ?? []))] };
}

/** `backup-server belongs to nutanix-ahv and oracle`. */
export function belongings({ components, workloads }: NonNullable<ReturnType<typeof openWorkloads>>): string {
  const owners = workloads.length > 0 ? workloads.join(', ') : t('no workload');
  return components.length > 1 ? t('{0} belong to {1}', listed(components), owners) : t('{0} belongs to {1}', listed(components), owners);
}
