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
  const attachments = [...new Set(policies.map((p) => p.attachment))];
  for (const attachment of attachments) {
    for (const direction of DIRECTIONS) {
      const staged = policies
        .filter((p) => p.attachment === attachment)
        .flatMap((policy) => policy.stages.filter((s) => s.direction === direction).map((stage) => ({ policy, stage })))
        .sort((a, b) => a.stage.rank - b.stage.rank);
      const head = naming(staged, 'first') ?? naming(staged, 'else');
      if (head) out.push({ name: head.policy.name, direction, policies: staged.map((s) => s.policy), head: head.policy });
    }
  }
  return out.sort((a, b) => a.head.header.start - b.head.header.start);
}

/** Of the highest rank, the first in text order. */
function naming(staged: readonly Staged[], names: Stage['names']): Staged | undefined {
  const named = staged.filter((s) => s.stage.names === names);
  const highest = named.at(-1)?.stage.rank;
  return named.find((s) => s.stage.rank === highest);
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = { in: 'out', out: 'in', transit: 'transit' };

/** The path that the answers to a path's traffic take, if a policy of it is in sight. */
export function answerPath(path: Path, paths: readonly Path[]): Path | undefined {
  return paths.find((p) => p.head.attachment === path.head.attachment && p.direction === OPPOSITE[path.direction]);
}
