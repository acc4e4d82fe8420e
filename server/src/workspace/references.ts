/** A guarded group is itself a reference of its component: rules of other groups that name it mean the hosts behind it. */
import type { CatalogView } from '../catalog/view.ts';
import { pathsOf } from '../engine/paths.ts';
import type { Site } from '../engine/site.ts';
import type { Path } from '../model/policy.ts';
import type { Neighbour } from '../model/reading.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { Binder } from './binding.ts';
import { DirectiveReader } from './declarations.ts';
import { directivesIn } from './directives.ts';
import { type GuardDirective, guardDirectives, guardOf } from './guards.ts';

/** The paths of one document, and what its directives say that they guard. */
export interface GuardedPaths {
  readonly paths: readonly Path[];
  readonly written: readonly GuardDirective[];
}

/** Of another document of the module; what is wrong with its directives is told there. */
export function guardedIn({ uri, text, policies, comments, blocks }: Neighbour, catalog: CatalogView): GuardedPaths {
  const binder = new Binder({ comments, blocks }, new LineIndex(text));
  return { paths: pathsOf(policies), written: guardDirectives(directivesIn(comments), (d) => binder.policies(d), new DirectiveReader(uri, catalog)) };
}

/** The site with the references that guards imply, in whichever document of the module they stand. */
export function withGuardedReferences(site: Site, documents: readonly GuardedPaths[]): Site {
  const names = new Map<string, Set<string>>();
  for (const [component, implied] of documents.flatMap(impliedReferences)) {
    const known = names.get(component) ?? new Set(site.components.get(component)?.references);
    for (const name of implied) known.add(name);
    names.set(component, known);
  }
  if (names.size === 0) return site;
  const components = new Map(site.components);
  for (const [id, references] of names) components.set(id, { ...components.get(id), references: [...references] });
  return { ...site, components };
}

/**
 * By component, the names of the groups that stand in front of it. A directive of the whole file implies one only if the
 * file has a single group: of several it does not say which of them are whose.
 */
function impliedReferences({ paths, written }: GuardedPaths): (readonly [component: string, names: readonly string[]])[] {
  const named = paths.filter((p) => p.head.references !== undefined);
  const single = new Set(named.map((p) => p.head.attachment)).size === 1;
  return named.flatMap((path) => {
    const { guard, target } = guardOf(path, written) ?? {};
    if (guard === undefined || guard === 'off' || guard.kind !== 'host' || (target === 'file' && !single)) return [];
    return guard.components.map((id) => [id, path.head.references ?? []] as const);
  });
}
