/** Verdicts of open files as the matrix and the tree show them. */
import type { CatalogJson } from '../../../server/src/features/catalogJson.ts';
import type { FileJson, FlowJson, PolicyJson } from '../../../server/src/features/report.ts';
import type { RangeJson } from '../../../server/src/features/sources.ts';

export interface CoveredFile {
  readonly uri: string;
  /** How the user knows the file. */
  readonly label: string;
  readonly coverage: FileJson;
}

export interface Party {
  readonly id: string;
  readonly name: string;
}

/** One flow as one policy treats it. */
export interface CoveredFlow {
  readonly id: string;
  readonly workload: Party;
  readonly from: Party;
  readonly to: Party;
  /** The end that the policy stands in front of; of traffic that passes through, where it comes from. */
  readonly own: Party;
  readonly verdict: FlowJson['verdict'];
  /** `TCP 2500-3300`. */
  readonly ports: string;
  readonly policy: string;
  readonly direction: PolicyJson['direction'];
  readonly file: string;
  /** The line that decides, else the policy. */
  readonly place: { readonly uri: string; readonly range: RangeJson };
}

/** Flows of one component of a workload, or of all of them. */
export interface Group<T> {
  readonly party: Party;
  readonly open: number;
  readonly total: number;
  readonly members: readonly T[];
}

export function coveredFlows(files: readonly CoveredFile[], names: CatalogJson): CoveredFlow[] {
  const named = (all: readonly Party[], id: string): Party => ({ id, name: all.find((one) => one.id === id)?.name ?? id });
  return files.flatMap(({ uri, label, coverage }) =>
    coverage.policies.flatMap((policy) =>
      policy.flows.map((flow): CoveredFlow => {
        const [workload = '', from = '', to = ''] = flow.flow.split('/');
        const ends = { from: named(names.components, from), to: named(names.components, to) };
        const decider = flow.decidedBy[0];
        return {
          id: flow.flow,
          workload: named(names.workloads, workload),
          ...ends,
          own: policy.direction === 'in' ? ends.to : ends.from,
          verdict: flow.verdict,
          ports: portsOf(flow),
          policy: policy.name,
          direction: policy.direction,
          file: label,
          place: decider ? { uri: decider.path, range: decider.range } : { uri, range: policy.range },
        };
      }),
    ),
  );
}

function portsOf({ required: { transport, mode, items } }: FlowJson): string {
  const [first = '', ...others] = items;
  const ports = mode === 'any' ? items.join(' / ') : mode === 'prefer' ? `${first} (${others.join(', ')})` : items.join(', ');
  return `${transport.map((one) => one.toUpperCase()).join('+')} ${ports}`;
}

/** In the order in which the keys first come. */
export function groupsOf<T extends CoveredFlow>(flows: readonly T[], key: (flow: T) => Party): Group<T>[] {
  const groups = new Map<string, { party: Party; members: T[] }>();
  for (const flow of flows) {
    const party = key(flow);
    const group = groups.get(party.id) ?? { party, members: [] };
    groups.set(party.id, group);
    group.members.push(flow);
  }
  return [...groups.values()].map(({ party, members }) => ({ party, members, open: members.filter(isOpen).length, total: members.length }));
}

export const isOpen = ({ verdict }: Pick<CoveredFlow, 'verdict'>): boolean => verdict === 'open';
