/** The JSON of the `flows` command: one entry per elementary requirement. Keys without a value are null. */
import type { ComponentId, FeatureId, FlowId, OpenedBy, Party, PortItem, Requirement, RequirementMode, Transport, WorkloadId } from '../model/flow.ts';

interface RequirementJson {
  readonly flow: FlowId;
  readonly workload: WorkloadId;
  readonly page: string;
  readonly revision: string;
  readonly build: string;
  readonly section: string;
  readonly row: number;
  readonly from: Party;
  readonly to: Party;
  readonly transport: Transport;
  readonly application: string | null;
  readonly port: PortItem;
  /** `1024-65535`. */
  readonly sourcePorts: string;
  readonly mode: RequirementMode;
  readonly conditions: readonly { readonly feature: FeatureId; readonly text: string }[];
  readonly openedBy: OpenedBy | null;
  readonly self: boolean;
  readonly purpose: string;
  readonly source: string;
}

export interface FlowsJson {
  readonly schema: 1;
  readonly requirements: readonly RequirementJson[];
}

/** What `flows` shows: everything, one workload's requirements, or those with a component at either end. */
export interface RequirementFilter {
  readonly workload?: WorkloadId;
  readonly component?: ComponentId;
}

export function filterRequirements(
  requirements: readonly Requirement[],
  { workload, component }: RequirementFilter,
): Requirement[] {
  return requirements.filter((each) => (workload === undefined || each.workload === workload)
    && (component === undefined || each.from.id === component || each.to.id === component));
}

export function flowsJson(requirements: readonly Requirement[]): FlowsJson {
  return { schema: 1, requirements: requirements.map(requirementJson) };
}

function requirementJson(each: Requirement): RequirementJson {
  return {
    flow: each.flow,
    workload: each.workload,
    page: each.page,
    revision: each.revision,
    build: each.build,
    section: each.section,
    row: each.row,
    from: each.from,
    to: each.to,
    transport: each.transport,
    application: each.application ?? null,
    port: each.port,
    sourcePorts: `${each.sourcePorts.first}-${each.sourcePorts.last}`,
    mode: each.mode,
    conditions: each.conditions.map(({ feature, text }) => ({ feature, text })),
    openedBy: each.openedBy ?? null,
    self: each.self,
    purpose: each.purpose,
    source: each.source,
  };
}
