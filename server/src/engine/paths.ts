/** Groups policies into the ways that packets take. */
import type { Direction, Path, Policy } from '../model/policy.ts';

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
      const head = staged.filter((s) => s.stage.names === 'first').at(-1) ?? staged.filter((s) => s.stage.names === 'else').at(-1);
      if (head) out.push({ name: head.policy.name, direction, policies: staged.map((s) => s.policy), head: head.policy });
    }
  }
  return out.sort((a, b) => a.head.header.start - b.head.header.start);
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = { in: 'out', out: 'in', transit: 'transit' };

/** The path that the answers to a path's traffic take, if a policy of it is in sight. */
export function answerPath(path: Path, paths: readonly Path[]): Path | undefined {
  return paths.find((p) => p.head.attachment === path.head.attachment && p.direction === OPPOSITE[path.direction]);
}
