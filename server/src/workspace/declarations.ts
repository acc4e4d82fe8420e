/** What the file's directives declare about the site, and what is wrong with them. */
import { t } from '@vscode/l10n';
import { type AddressSet, INTERNET, addressUnion, parseAddressSpec } from '../core/addresses.ts';
import { either } from '../core/lists.ts';
import { readRevision } from '../catalog/catalog.ts';
import { closest, resolveName } from '../catalog/names.ts';
import type { CatalogView } from '../catalog/view.ts';
import { CODES, type Code, type Correction, type Finding, isCode } from '../model/finding.ts';
import type { Site } from '../engine/site.ts';
import { DIRECTIVE_WORDS, type Directive, type Word, flowGlob } from './directives.ts';

export interface Declarations {
  /** Ids of chosen workloads; empty if no `use`. */
  readonly use: readonly string[];
  readonly site: Site;
  readonly features: ReadonlyMap<string, 'on' | 'off'>;
  readonly absent: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/** The day of the last `revision` directive that names one; undefined for the newest. */
export function revisionOf(directives: readonly Directive[]): string | undefined {
  const last = directives.filter((d) => d.word === 'revision' && d.args[0]).at(-1);
  return last?.args[0] ? readRevision(last.args[0].text)?.date : undefined;
}

export class DirectiveReader {
  readonly findings: Finding[] = [];

  constructor(
    private readonly uri: string,
    readonly catalog: CatalogView,
  ) {}

  report(code: Code, at: Word, message: string, replacements: readonly string[] = []): void {
    const corrections = replacements.map((newText): Correction => ({ title: t('Change to {0}', newText), span: at.span, newText }));
    this.findings.push({ code, severity: CODES[code], uri: this.uri, span: at.span, message, flows: [], related: [], corrections });
  }

  component(word: Word): string | undefined {
    if (this.catalog.components.has(word.text)) return word.text;
    const found = resolveName(word.text, this.catalog.components.values());
    if (found.kind === 'found') return found.id;
    const options = found.kind === 'ambiguous' ? found.ids : found.nearest;
    this.report('unknown-component', word, found.kind === 'ambiguous' ? t('“{0}” may be {1}; write the id.', word.text, either(options)) : guessing(t('The catalog has no component “{0}”', word.text), options), options);
    return undefined;
  }

  workload(word: Word): string | undefined {
    const found = resolveName(word.text, this.catalog.workloads.values());
    if (found.kind === 'found') return found.id;
    const options = found.kind === 'ambiguous' ? found.ids : found.nearest;
    this.report('unknown-workload', word, guessing(t('The catalog has no workload “{0}”', word.text), options.length > 0 ? options : [...this.catalog.workloads.keys()]), options);
    return undefined;
  }

  address(word: Word): AddressSet | undefined {
    if (word.text === 'internet') return INTERNET;
    const set = parseAddressSpec(word.text);
    if (!set) this.report('bad-address', word, t('“{0}” is not an IP address, network or range.', word.text));
    return set;
  }

  addresses(words: readonly Word[]): AddressSet | undefined {
    const sets = words.map((w) => this.address(w)).filter((s) => s !== undefined);
    return sets.length > 0 ? addressUnion(sets) : undefined;
  }

  lacks(d: Directive, what: string): void {
    this.report('bad-directive', d.name, t('“{0}” needs {1}.', d.name.text, what));
  }
}

/** A sentence without its full stop, with what may have been meant. */
function guessing(sentence: string, options: readonly string[]): string {
  return options.length === 0 ? `${sentence}.` : t('{0}; did you mean {1}?', sentence, either(options));
}

/** Reads everything that holds for the whole file wherever it stands. */
export function declarationsOf(directives: readonly Directive[], reader: DirectiveReader): Declarations {
  const use: string[] = [];
  const components = new Map<string, { addresses: AddressSet[]; references: string[] }>();
  const interfaces = new Map<string, AddressSet[]>();
  const features = new Map<string, 'on' | 'off'>();
  const absent = new Set<string>();
  const componentSite = (id: string): { addresses: AddressSet[]; references: string[] } => {
    const known = components.get(id) ?? { addresses: [], references: [] };
    components.set(id, known);
    return known;
  };
  for (const d of directives) {
    const [first, ...rest] = d.args;
    switch (d.word) {
      case undefined:
        if (d.name.text === '') reader.report('bad-directive', { text: '', span: d.span }, t('Write what to declare: {0}.', DIRECTIVE_WORDS.join(', ')));
        else {
          const near = closest(d.name.text, DIRECTIVE_WORDS);
          reader.report('bad-directive', d.name, guessing(t('“{0}” is not a directive', d.name.text), near), near);
        }
        break;
      case 'use':
        if (!first) reader.lacks(d, t('at least one workload'));
        for (const word of d.args) {
          const id = reader.workload(word);
          if (id !== undefined) use.push(id);
        }
        break;
      case 'address': {
        if (!first || rest.length === 0) reader.lacks(d, t('a component and its addresses'));
        const id = first && reader.component(first);
        const set = reader.addresses(rest);
        if (id !== undefined && set) componentSite(id).addresses.push(set);
        break;
      }
      case 'reference': {
        if (!first || rest.length === 0) reader.lacks(d, t('a component and the names that stand for it'));
        const id = first && reader.component(first);
        if (id !== undefined) componentSite(id).references.push(...rest.map((w) => w.text));
        break;
      }
      case 'interface': {
        if (!first || rest.length === 0) reader.lacks(d, t('an interface and the networks behind it'));
        const set = reader.addresses(rest);
        if (first && set) {
          const sets = interfaces.get(first.text);
          if (sets) sets.push(set);
          else interfaces.set(first.text, [set]);
        }
        break;
      }
      case 'feature': {
        const [, state] = d.args;
        if (!first || !state) {
          reader.lacks(d, t('a feature and on or off'));
          break;
        }
        if (!reader.catalog.features.has(first.text)) {
          const near = closest(first.text, reader.catalog.features.keys());
          reader.report('bad-directive', first, guessing(t('The catalog has no feature “{0}”', first.text), near), near);
        } else if (state.text !== 'on' && state.text !== 'off') reader.report('bad-directive', state, t('A feature is on or off, not “{0}”.', state.text), ['on', 'off']);
        else features.set(first.text, state.text);
        break;
      }
      case 'absent':
        if (!first) reader.lacks(d, t('the components that the site does not have'));
        for (const word of d.args) {
          const id = reader.component(word);
          if (id !== undefined) absent.add(id);
        }
        break;
      case 'revision':
        if (!first) reader.lacks(d, t('a date such as 2026-02-12, or latest'));
        else if (!readRevision(first.text)) reader.report('bad-directive', first, t('“{0}” is not a date such as 2026-02-12, nor latest.', first.text));
        break;
      case 'ignore':
        if (!first) reader.lacks(d, t('flow ids or diagnostic codes'));
        for (const word of d.args) checkIgnored(word, reader);
        break;
      case 'guards':
      case 'transit':
      case 'off':
        break;
    }
  }
  const site = {
    components: new Map([...components].map(([id, { addresses, references }]) => [id, { ...(addresses.length > 0 ? { addresses: addressUnion(addresses) } : {}), references }])),
    interfaces: new Map([...interfaces].map(([name, sets]) => [name, addressUnion(sets)])),
  };
  return { use: [...new Set(use)], site, features, absent, findings: reader.findings };
}

/** A flow id or glob holds a `/`; all else must be a code. */
function checkIgnored(word: Word, reader: DirectiveReader): void {
  if (word.text.includes('/')) {
    const matches = flowGlob(word.text);
    const ids = [...reader.catalog.flowById.keys()];
    if (ids.some(matches)) return;
    const near = word.text.includes('*') ? [] : closest(word.text, ids);
    reader.report('unknown-flow', word, guessing(t('The catalog has no flow “{0}”', word.text), near), near);
  } else if (!isCode(word.text)) {
    const near = closest(word.text, Object.keys(CODES));
    reader.report('bad-directive', word, guessing(t('“{0}” is neither a flow id nor a diagnostic code', word.text), near), near);
  }
}
