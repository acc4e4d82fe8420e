/**
 * What the port catalog says, as plain values: components, flows, and the elementary requirements that flows are
 * made of. The engine judges `Flow`; the `flows` command and every citation print `Requirement`.
 */

/** Kebab-case id of a party of a flow, such as `ahv-worker`. */
export type ComponentId = string;
/** Kebab-case id of a documented product area, such as `nutanix-ahv`. */
export type WorkloadId = string;
/** Kebab-case id of a condition that a site turns on or off, such as `file-level-restore`. */
export type FeatureId = string;
/** `<workload>/<from>/<to>/<transports>-<ports>`, such as `nutanix-ahv/ahv-worker/prism-central/tcp-9440`. */
export type FlowId = string;

export type Transport = 'tcp' | 'udp';

/** `external`: outside the site; with public host names its address defaults to the internet. */
type ComponentKind = 'veeam' | 'hypervisor' | 'workload' | 'external';

export interface Component {
  readonly id: ComponentId;
  /** The documentation's spelling. */
  readonly name: string;
  /** Other spellings that the pages print. The same alias may stand at components of different workloads. */
  readonly aliases: readonly string[];
  readonly kind: ComponentKind;
  /** Components that may be the same machine as this one; holds both ways. */
  readonly sameMachineAs: readonly ComponentId[];
  /** Public host names, lower case; empty if it has none. */
  readonly hostNames: readonly string[];
  /** What to declare as its addresses, where the name alone misleads. */
  readonly hint?: string;
}

export interface Workload {
  readonly id: WorkloadId;
  readonly name: string;
  readonly aliases: readonly string[];
}

export interface Feature {
  readonly id: FeatureId;
  readonly name: string;
  /** When a flow with this condition is needed, in one plain line. */
  readonly on: string;
  /** The same for a flow that is needed only while the feature is off. */
  readonly off?: string;
}

/** Bounds are inclusive, 1 to 65535. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * One port, a closed range (all of it must be open), or an open-ended start such as `1058+`: then `last` equals
 * `first`, which must be open; the service takes the next free port above if that one is taken.
 */
export interface PortItem extends PortRange {
  readonly openEnded: boolean;
}

/** Holds while the site's `feature` is in the state `needs`. */
export interface Condition {
  readonly feature: FeatureId;
  readonly needs: 'on' | 'off';
  readonly text: string;
}

/** A port item that may hold under conditions of its own, beside those of its flow; all of them must hold. */
export interface FlowItem extends PortItem {
  readonly conditions: readonly Condition[];
}

/** `prefer`: the first item, else the second, its fallback. Judged within one transport. */
export type FlowMode = 'only' | 'all' | 'any' | 'prefer';
/** The part that one port item plays in its flow. */
export type RequirementMode = 'only' | 'all' | 'any' | 'prefer' | 'fallback';

/** Who opens the port without an administrator: an installer for good, or Veeam for the time of a session. */
export type OpenedBy = 'installer' | 'session';

/** Where a fact stands in the documentation. */
export interface Citation {
  /** The page's address without query and fragment. */
  readonly page: string;
  readonly section: string;
  /** From 1 within the section. */
  readonly row: number;
  /** ISO date of the page's revision. */
  readonly revision: string;
  readonly build: string;
}

/** One documented row that states a flow. */
export interface FlowSource extends Citation {
  /** All of them must hold for this row to apply. */
  readonly conditions: readonly Condition[];
  readonly purpose: string;
}

export interface Flow {
  readonly id: FlowId;
  readonly workload: WorkloadId;
  readonly from: ComponentId;
  readonly to: ComponentId;
  readonly transports: readonly Transport[];
  /** As the page prints it, such as `HTTPS`. */
  readonly application?: string;
  readonly items: readonly FlowItem[];
  readonly mode: FlowMode;
  /** Ports that clients send from. */
  readonly sourcePorts: PortRange;
  /**
   * Empty if the flow is needed without condition. With one source, all must hold; with several that differ this is
   * their union, for display. `flowNeed` gives the exact answer.
   */
  readonly conditions: readonly Condition[];
  readonly openedBy?: OpenedBy;
  /** From a component to itself. */
  readonly self: boolean;
  /** Shared by the alternative targets of one row ("repository or gateway server"). */
  readonly alternativeGroup?: string;
  readonly purpose: string;
  readonly sources: readonly FlowSource[];
  /** What changed in the documentation, for hovers. */
  readonly history?: string;
}

/** Id and display name. */
export interface Party {
  readonly id: ComponentId;
  readonly name: string;
}

/** One elementary requirement of one row: one from, one to, one transport, one port item. */
export interface Requirement extends Citation {
  readonly flow: FlowId;
  readonly workload: WorkloadId;
  readonly from: Party;
  readonly to: Party;
  readonly transport: Transport;
  readonly application?: string;
  readonly port: PortItem;
  readonly sourcePorts: PortRange;
  readonly mode: RequirementMode;
  /** Those of the row and those of the port item. */
  readonly conditions: readonly Condition[];
  readonly openedBy?: OpenedBy;
  readonly self: boolean;
  readonly alternativeGroup?: string;
  readonly purpose: string;
  /** The citation in one line. */
  readonly source: string;
}

/** What a site says about a feature. */
export type FeatureState = 'on' | 'off' | 'unstated';
/** `unstated`: it hangs on a feature about which the site says nothing. */
export type Need = 'required' | 'not-required' | 'unstated';

/** Whether all conditions hold on a site. */
export function conditionsNeed(
  conditions: readonly Condition[],
  stateOf: (feature: FeatureId) => FeatureState,
): Need {
  let need: Need = 'required';
  for (const { feature, needs } of conditions) {
    const state = stateOf(feature);
    if (state === 'unstated') need = 'unstated';
    else if (state !== needs) return 'not-required';
  }
  return need;
}

/** Whether a site needs the flow: it does if any row that states it applies. */
export function flowNeed(flow: Flow, stateOf: (feature: FeatureId) => FeatureState): Need {
  let need: Need = 'not-required';
  for (const source of flow.sources) {
    const own = conditionsNeed(source.conditions, stateOf);
    if (own === 'required') return own;
    if (own === 'unstated') need = own;
  }
  return need;
}

/** `443`, `2500-3300` or `1058+`. */
export function portText({ first, last, openEnded }: PortItem): string {
  if (openEnded) return `${first}+`;
  return first === last ? `${first}` : `${first}-${last}`;
}
