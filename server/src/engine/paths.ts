/** Groups policies into the ways that packets take. */
import type { Direction, Path, Policy, Stage } from '../model/policy.ts';

interface Staged {
  readonly policy: Policy;
  readonly stage: Stage;
}

const DIRECTIONS: readonly Direction[] = ['in', 'out', 'transit'];

/** One path per attachment and direction that has a policy to be named after, in text order of the naming policies. */
export function pathsOf(policies: readonly Policy[]): Path[] {
  const out: Path[] = [];
  for (const together of byAttachment(policies).values()) {
    for (const direction of DIRECTIONS) {
      const staged = together
        .flatMap((policy) => policy.stages.filter((s) => s.direction === direction).map((stage) => ({ policy, stage })))
        .sort((a, b) => a.stage.rank - b.stage.rank);
      const head = naming(staged, 'first') ?? naming(staged, 'else');
      if (head) out.push({ name: head.policy.name, direction, policies: staged.map((s) => s.policy), head: head.policy });
    }
  }
  return out.sort((a, b) => a.head.header.start - b.head.header.start);
}

function byAttachment(policies: readonly Policy[]): ReadonlyMap<Policy['attachment'], readonly Policy[]> {
  const out = new Map<Policy['attachment'], Policy[]>();
  for (const policy of policies) {
    const known = out.get(policy.attachment);
    if (known) known.push(policy);
    else out.set(policy.attachment, [policy]);
  }
  return out;
}

/** Of the highest rank, the first in text order. */
function naming(staged: readonly Staged[], names: Stage['names']): Staged | undefined {
  const named = staged.filter((s) => s.stage.names === names);
  const highest = named.at(-1)?.stage.rank;
  return named.find((s) => s.stage.rank === highest);
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = { in: 'out', out: 'in', transit: 'transit' };

/** Finds the path that the answers to a path's traffic take, if a policy of it is in sight. */
export function answerPaths(paths: readonly Path[]): (path: Path) => Path | undefined {
  const keyOf = (attachment: Path['head']['attachment'], direction: Direction): string => `${direction} ${attachment}`;
  const known = new Map([...paths].reverse().map((p) => [keyOf(p.head.attachment, p.direction), p]));
  return ({ head, direction }) => known.get(keyOf(head.attachment, OPPOSITE[direction]));
}
