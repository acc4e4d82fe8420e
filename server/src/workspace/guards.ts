/** What each path of a file stands in front of, as its directives or the caller say. */
import { t } from '@vscode/l10n';
import type { Path } from '../model/policy.ts';
import type { Target } from './binding.ts';
import type { DirectiveReader } from './declarations.ts';
import type { Directive } from './directives.ts';

/** `transit` without ends: between any two components. */
export type Guard =
  | { readonly kind: 'host'; readonly components: readonly string[] }
  | { readonly kind: 'transit'; readonly from?: readonly string[]; readonly to?: readonly string[] };

/** The components that a guard names. */
export function componentsOf(guard: Guard): readonly string[] {
  return guard.kind === 'host' ? guard.components : [...(guard.from ?? []), ...(guard.to ?? [])];
}

export interface GuardDirective {
  readonly guard: Guard | 'off';
  readonly target: Target;
  readonly directive: Directive;
}

export function guardDirectives(directives: readonly Directive[], targetOf: (d: Directive) => Target, reader: DirectiveReader): GuardDirective[] {
  const out: GuardDirective[] = [];
  for (const directive of directives) {
    const guard = readGuard(directive, reader);
    if (guard) out.push({ guard, target: targetOf(directive), directive });
  }
  return out;
}

function readGuard(d: Directive, reader: DirectiveReader): Guard | 'off' | undefined {
  if (d.word === 'off') return 'off';
  if (d.word === 'guards') {
    if (d.args.length === 0) reader.lacks(d, t('the components that the policy protects'));
    const components = d.args.map((w) => reader.component(w)).filter((id) => id !== undefined);
    return components.length > 0 ? { kind: 'host', components } : undefined;
  }
  return d.word === 'transit' ? readTransit(d, reader) : undefined;
}

function readTransit(d: Directive, reader: DirectiveReader): Guard | undefined {
  if (d.args.length === 0) return { kind: 'transit' };
  const sides: Record<'from' | 'to', string[]> = { from: [], to: [] };
  let side: 'from' | 'to' | undefined;
  for (const [i, word] of d.args.entries()) {
    if (word.text === 'from' || word.text === 'to') {
      side = word.text;
      const after = d.args[i + 1]?.text;
      if (after === undefined || after === 'from' || after === 'to') reader.report('bad-directive', word, t('“{0}” needs components behind it.', word.text));
    } else if (side === undefined) {
      reader.report('bad-directive', word, t('Write “transit from COMPONENT to COMPONENT”, or “transit” alone.'));
      return undefined;
    } else {
      const id = reader.component(word);
      if (id !== undefined) sides[side].push(id);
    }
  }
  if (sides.from.length === 0 && sides.to.length === 0) return undefined;
  return { kind: 'transit', ...(sides.from.length > 0 ? { from: sides.from } : {}), ...(sides.to.length > 0 ? { to: sides.to } : {}) };
}

/** The guard of a path: its own policies' directive before the file's; the last one written wins. */
export function guardOf(path: Path, written: readonly GuardDirective[]): GuardDirective | undefined {
  const fits = ({ guard }: GuardDirective): boolean => guard === 'off' || (guard.kind === 'transit') === (path.direction === 'transit');
  const keys = new Set([path.head, ...path.policies].map((p) => p.key));
  const own = written.filter((w) => w.target !== 'file' && w.target.some((k) => keys.has(k)) && fits(w));
  const ofHead = own.filter((w) => w.target !== 'file' && w.target.includes(path.head.key));
  return ofHead.at(-1) ?? own.at(-1) ?? written.filter((w) => w.target === 'file' && fits(w)).at(-1);
}
