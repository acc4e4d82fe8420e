/** What `ignore` directives silence: flows that are then not required, and codes, in the file, a policy or at a rule. */
import type { Path } from '../model/policy.ts';
import type { Finding } from '../model/finding.ts';
import type { LineIndex } from '../text/lineIndex.ts';
import type { Binder } from './binding.ts';
import { type Directive, flowGlob } from './directives.ts';

/** What one or several directives about the same text name. */
class Ignored {
  private readonly codes = new Set<string>();
  private readonly globs: ((flow: string) => boolean)[] = [];

  add({ args }: Directive): void {
    for (const { text } of args) {
      if (text.includes('/')) this.globs.push(flowGlob(text));
      else this.codes.add(text);
    }
  }

  hasCode(code: string): boolean {
    return this.codes.has(code);
  }

  hasFlow(flow: string): boolean {
    return this.globs.some((fits) => fits(flow));
  }
}

/** By what the directives are about. */
export interface Suppressions {
  readonly file: Ignored;
  /** By the key of the policy. */
  readonly policies: ReadonlyMap<string, Ignored>;
  /** By the line that the rule begins on. */
  readonly rules: ReadonlyMap<number, Ignored>;
}

export function suppressionsOf(directives: readonly Directive[], binder: Binder, ruleStarts: () => ReadonlySet<number>): Suppressions {
  const file = new Ignored();
  const policies = new Map<string, Ignored>();
  const rules = new Map<number, Ignored>();
  const ignores = directives.filter((d) => d.word === 'ignore');
  if (ignores.length === 0) return { file, policies, rules };
  const starts = ruleStarts();
  for (const directive of ignores) {
    const line = binder.ruleLine(directive);
    if (line !== undefined && starts.has(line)) under(rules, line).add(directive);
    else {
      const target = binder.policies(directive);
      if (target === 'file') file.add(directive);
      else for (const key of target) under(policies, key).add(directive);
    }
  }
  return { file, policies, rules };
}

function under<K>(map: Map<K, Ignored>, key: K): Ignored {
  let known = map.get(key);
  if (!known) map.set(key, (known = new Ignored()));
  return known;
}

function about({ file, policies }: Suppressions, path: Path | undefined): Ignored[] {
  return [file, ...(path?.policies ?? []).flatMap((p) => policies.get(p.key) ?? [])];
}

/** Whether a flow is not required behind a path. */
export function isIgnored(flow: string, path: Path, suppressions: Suppressions): boolean {
  return about(suppressions, path).some((ignored) => ignored.hasFlow(flow));
}

/** Whether a finding is silenced: its code in the file or its policy, or its code or all its flows at the rule. */
export function isSilenced({ code, flows, span }: Finding, path: Path | undefined, suppressions: Suppressions, lines: LineIndex): boolean {
  if (about(suppressions, path).some((ignored) => ignored.hasCode(code))) return true;
  const here = suppressions.rules.get(lines.lineOf(span.start));
  return here !== undefined && (here.hasCode(code) || (flows.length > 0 && flows.every((flow) => here.hasFlow(flow))));
}
