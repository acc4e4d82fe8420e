/** A guarded group is itself a reference of its component: rules of other groups that name it mean the hosts behind it. */
import type { CatalogView } from '../catalog/view.ts';
import { pathsOf } from '../engine/paths.ts';
import type { Site } from '../engine/site.ts';
import type { Path } from '../model/policy.ts';
import type { SpeakingDocument } from '../model/reading.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { Binder } from './binding.ts';
import { DirectiveReader } from './declarations.ts';
import { directivesIn } from './directives.ts';
import { type GuardDirective, guardDirectives, guardOf } from './guards.ts';

/** By component, the names of the groups that stand in front of it. */
export type ImpliedReferences = ReadonlyMap<string, readonly string[]>;

/** The site with the references that guards imply beside those that are declared. */
export function withGuardedReferences(site: Site, implied: ImpliedReferences): Site {
  if (implied.size === 0) return site;
  const components = new Map(site.components);
  for (const [id, names] of implied) {
    const known = components.get(id);
    components.set(id, { ...known, references: known && known.references.length > 0 ? [...new Set([...known.references, ...names])] : names });
  }
  return { ...site, components };
}

/**
 * A directive of the whole file implies a reference only if the file has a single group: of several it does not say which
 * of them are whose.
 */
export function impliedReferences(paths: readonly Path[], written: readonly GuardDirective[]): ImpliedReferences {
  const named = paths.filter((p) => p.head.references !== undefined);
  const single = new Set(named.map((p) => p.head.attachment)).size === 1;
  const found = named.flatMap((path) => {
    const { guard, target } = guardOf(path, written) ?? {};
    if (guard === undefined || guard === 'off' || guard.kind !== 'host' || (target === 'file' && !single)) return [];
    return guard.components.map((id) => [id, path.head.references ?? []] as const);
  });
  return joined(found);
}

interface Known {
  readonly catalog: CatalogView;
  readonly implied: ImpliedReferences;
}

/** Of modules as they are now: asked for again by each of their documents. */
const modules = new WeakMap<readonly SpeakingDocument[], Known>();

/** What the guards in all documents of a module imply; what is wrong with a directive is told in its own document. */
export function impliedInModule(documents: readonly SpeakingDocument[], catalog: CatalogView): ImpliedReferences {
  const known = modules.get(documents);
  if (known?.catalog === catalog) return known.implied;
  const implied = joined(documents.flatMap(({ uri, text, policies, comments, blocks }) => {
    const binder = new Binder({ comments, blocks }, new LineIndex(text));
    const written = guardDirectives(directivesIn(comments), (d) => binder.policies(d), new DirectiveReader(uri, catalog));
    return [...impliedReferences(pathsOf(policies), written)];
  }));
  modules.set(documents, { catalog, implied });
  return implied;
}

function joined(found: readonly (readonly [component: string, names: readonly string[]])[]): ImpliedReferences {
  const all = new Map<string, Set<string>>();
  for (const [component, names] of found) {
    const known = all.get(component);
    if (!known) all.set(component, new Set(names));
    else for (const name of names) known.add(name);
  }
  return new Map([...all].map(([component, names]) => [component, [...names]]));
}
