/** A guarded group is itself a reference of its component: rules of other groups that name it mean the hosts behind it. */
import type { Site } from '../engine/site.ts';
import type { Path } from '../model/policy.ts';
import { type GuardDirective, guardOf } from './guards.ts';

/**
 * The site with the references that guards imply. A directive of the whole file implies one only if the file has a single
 * group: of several it does not say which of them are whose.
 */
export function withGuardedReferences(site: Site, paths: readonly Path[], written: readonly GuardDirective[]): Site {
  const named = paths.filter((p) => p.head.references !== undefined);
  if (named.length === 0) return site;
  const single = new Set(named.map((p) => p.head.attachment)).size === 1;
  const components = new Map(site.components);
  for (const path of named) {
    const { guard, target } = guardOf(path, written) ?? {};
    if (guard === undefined || guard === 'off' || guard.kind !== 'host' || (target === 'file' && !single)) continue;
    for (const id of guard.components) {
      const known = components.get(id);
      const references = [...new Set([...(known?.references ?? []), ...(path.head.references ?? [])])];
      components.set(id, { ...known, references });
    }
  }
  return { ...site, components };
}
