/** What `ignore` directives silence: flows that are then not required, and codes, in the file, a policy or at a rule. */
import type { Span } from '../core/span.ts';
import type { Path } from '../model/policy.ts';
import type { Finding } from '../model/finding.ts';
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
  /** From the beginning of its first line to its end, by place. */
  readonly rules: readonly { readonly span: Span; readonly ignored: Ignored }[];
}

export function suppressionsOf(directives: readonly Directive[], binder: Binder, rulesByLine: () => ReadonlyMap<number, Span>): Suppressions {
  const file = new Ignored();
  const policies = new Map<string, Ignored>();
  const atLines = new Map<number, Ignored>();
  const ignores = directives.filter((d) => d.word === 'ignore');
  if (ignores.length === 0) return { file, policies, rules: [] };
  const byLine = rulesByLine();
  for (const directive of ignores) {
    const line = binder.ruleLine(directive);
    if (line !== undefined && byLine.has(line)) under(atLines, line).add(directive);
    else {
      const target = binder.policies(directive);
      if (target === 'file') file.add(directive);
      else for (const key of target) under(policies, key).add(directive);
    }
  }
  const rules = [...atLines].sort(([a], [b]) => a - b).map(([line, ignored]) => ({ span: byLine.get(line) as Span, ignored }));
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

/** Whether a finding's code is silenced in the file or in its policy. */
export function isSilenced({ code }: Finding, path: Path | undefined, suppressions: Suppressions): boolean {
  return about(suppressions, path).some((ignored) => ignored.hasCode(code));
}

/** Whether a finding's code or all its flows are silenced at the rule that it stands on. @param suppressions of the document that it stands in. */
export function isSilencedAtRule({ code, flows, span: { start } }: Finding, { rules }: Suppressions): boolean {
  let low = 0;
  let high = rules.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rules[middle]?.span.start ?? start) <= start) low = middle + 1;
    else high = middle;
  }
  const last = rules[low - 1];
  const here = last && start <= last.span.end ? last.ignored : undefined;
  return here !== undefined && (here.hasCode(code) || (flows.length > 0 && flows.every((flow) => here.hasFlow(flow))));
}
