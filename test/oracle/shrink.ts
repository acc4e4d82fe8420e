// Makes a disagreement small: takes lines, parts and elements away for as long as it stays.
import type { Block, Line, Node, Part, RuleSet } from './ruleSet.ts';
import { render } from './ruleSet.ts';

/** What has been taken away from the original tree. */
interface Cut {
  readonly gone: ReadonlySet<Node | Part>;
  readonly elements: ReadonlyMap<Part, readonly string[]>;
}

const prunePart = (part: Part, cut: Cut): Part => {
  const elements = cut.elements.get(part);
  return elements ? { ...part, elements } : part;
};

function prune(nodes: readonly Node[], cut: Cut): Node[] {
  return nodes.flatMap((node): (Line | Block)[] => {
    if (cut.gone.has(node)) return [];
    if (node.kind === 'block') return [{ ...node, children: prune(node.children, cut) }];
    return [{ ...node, parts: node.parts.filter(part => !cut.gone.has(part)).map(part => prunePart(part, cut)) }];
  });
}

const remaining = (nodes: readonly Node[], cut: Cut): Node[] => nodes.filter(node => !cut.gone.has(node)).flatMap(node => (node.kind === 'block' ? [node, ...remaining(node.children, cut)] : [node]));

/** @param fails whether the rule set still shows what is being shrunk; a text that does not load does not. */
export async function shrink(ruleSet: RuleSet, fails: (smaller: RuleSet) => Promise<boolean>): Promise<RuleSet> {
  const tried = new Map<string, boolean>();
  let cut: Cut = { gone: new Set(), elements: new Map() };

  const take = async (next: Cut): Promise<boolean> => {
    const smaller = { ...ruleSet, nodes: prune(ruleSet.nodes, next) };
    const { text } = render(smaller.nodes);
    let result = tried.get(text);
    if (result === undefined) tried.set(text, (result = await fails(smaller)));
    if (result) cut = next;
    return result;
  };

  const without = (pieces: readonly (Node | Part)[]): Cut => ({ ...cut, gone: new Set([...cut.gone, ...pieces]) });

  /** Halves first, then quarters, down to single ones: most of a rule set goes in few steps. */
  const thin = async <T>(all: readonly T[], drop: (some: readonly T[]) => Cut): Promise<boolean> => {
    let left = [...all];
    let any = false;
    for (let size = Math.ceil(left.length / 2); left.length > 0; size = Math.ceil(size / 2)) {
      for (let at = 0; at < left.length; ) {
        const some = left.slice(at, at + size);
        if (await take(drop(some))) {
          left = left.filter(one => !some.includes(one));
          any = true;
        } else at += size;
      }
      if (size === 1) break;
    }
    return any;
  };

  const thinElements = async (part: Part): Promise<boolean> => {
    let any = false;
    for (const element of cut.elements.get(part) ?? part.elements ?? []) {
      const kept = (cut.elements.get(part) ?? part.elements ?? []).filter(other => other !== element);
      if (kept.length > 0 && (await take({ ...cut, elements: new Map([...cut.elements, [part, kept]]) }))) any = true;
    }
    return any;
  };

  for (let again = true; again; ) {
    again = await thin(remaining(ruleSet.nodes, cut).filter(node => node.kind === 'block'), without);
    again = (await thin(remaining(ruleSet.nodes, cut).filter(node => node.kind === 'line'), without)) || again;
    const lines = remaining(ruleSet.nodes, cut).filter(node => node.kind === 'line');
    const parts = lines.flatMap(line => line.parts).filter(part => !cut.gone.has(part));
    for (const part of parts) if (await take(without([part]))) again = true;
    for (const part of parts) if (part.elements && !cut.gone.has(part) && (await thinElements(part))) again = true;
  }
  return { ...ruleSet, nodes: prune(ruleSet.nodes, cut) };
}
