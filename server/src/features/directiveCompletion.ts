/** Completes the words of a directive: what it is called, and what the catalog and the file offer as its arguments. */
import { t } from '@vscode/l10n';
import { builtinCatalog } from '../catalog/builtin.ts';
import { catalogText } from '../catalog/text.ts';
import { CODES } from '../model/finding.ts';
import { type Analysis, entriesOf } from '../workspace/analysis.ts';
import { DIRECTIVE_WORDS, type DirectiveWord } from '../workspace/directives.ts';
import type { Proposal, Proposals } from './completion.ts';
import { aboutComponent } from './directiveHover.ts';
import { DIRECTIVE_HELP } from './directiveWords.ts';
import { flowCard, flowTitle } from './flowCard.ts';

const MARK = 'veeam-ports:';

/** @returns undefined where no directive is being written. */
export function directiveProposals(offset: number, analysis: Analysis): Proposals | undefined {
  const { reading, lines, text } = analysis;
  const line = lines.lineOf(offset);
  const comment = reading.comments.find(({ span }) => span.start <= offset && lines.lineOf(span.end) >= line);
  if (!comment) return undefined;
  const before = text.slice(comment.span.start, offset);
  const lead = before.length - before.trimStart().length;
  const written = before.slice(lead);
  if (!written.startsWith(MARK)) {
    return MARK.startsWith(written) && !/\s/.test(written) ? { span: { start: offset - written.length, end: offset }, items: [{ label: MARK, kind: 'word', newText: `${MARK} `, detail: t('directive') }] } : { span: { start: offset, end: offset }, items: [] };
  }
  const after = written.slice(MARK.length);
  // Flow ids hold commas.
  const ids = /^\s*ignore\s/.test(after);
  const typed = (ids ? /\S*$/ : /[^\s,]*$/).exec(after)?.[0] ?? '';
  const words = after.slice(0, after.length - typed.length).split(ids ? /\s+/ : /[\s,]+/).filter((word) => word !== '');
  const span = { start: offset - typed.length, end: offset };
  if (words.includes('--') || words.includes('because')) return { span, items: [] };
  const [name, ...args] = words;
  return { span, items: name === undefined ? directiveWords(/\s$/.test(after.slice(0, after.length - typed.length))) : argumentsOf(name, args, analysis) };
}

/** @param spaced whether a blank already separates the word from the mark. */
function directiveWords(spaced: boolean): Proposal[] {
  return DIRECTIVE_WORDS.map((word) => ({
    label: word,
    kind: 'word',
    detail: DIRECTIVE_HELP[word].form,
    newText: `${spaced ? '' : ' '}${word}${word === 'off' || word === 'transit' ? '' : ' '}`,
    documentation: (markup) => markup.text(DIRECTIVE_HELP[word].says()),
  }));
}

function argumentsOf(name: string, args: readonly string[], analysis: Analysis): Proposal[] {
  const [first] = args;
  switch (name as DirectiveWord) {
    case 'use':
      return unless(args, workloads(analysis));
    case 'guards':
    case 'absent':
      return unless(args, components(analysis));
    case 'transit':
      return args.length === 0 ? sides(['from']) : [...sides(['from', 'to'].filter((side) => !args.includes(side) && args.at(-1) !== 'from')), ...unless(args, components(analysis))];
    case 'address':
      return first === undefined ? components(analysis) : unless(args, [{ label: 'internet', kind: 'value', detail: t('every public address') }]);
    case 'reference':
      return first === undefined ? components(analysis) : unless(args, namesInRules(analysis, 'reference'));
    case 'interface':
      return first === undefined ? namesInRules(analysis, 'interface') : [];
    case 'feature':
      if (first === undefined) return features(analysis);
      return args.length === 1 ? [{ label: 'on', kind: 'value' }, { label: 'off', kind: 'value' }] : [];
    case 'revision':
      return first === undefined ? revisions() : [];
    case 'ignore':
      return unless(args, [...flows(analysis), ...codes()]);
    default:
      return [];
  }
}

const unless = (args: readonly string[], proposals: readonly Proposal[]): Proposal[] => proposals.filter(({ label }) => !args.includes(label));

const sides = (labels: readonly string[]): Proposal[] => labels.map((label) => ({ label, kind: 'word', newText: `${label} ` }));

/** Parties of the workloads in use first. */
function components(analysis: Analysis): Proposal[] {
  const { catalog, declared } = analysis;
  const preferred = new Set(declared.use.flatMap((workload) => catalog.partiesOf.get(workload) ?? []));
  const all = [...catalog.components.values()].filter(({ id }) => catalog.workloadsOf.has(id));
  return [...all.filter(({ id }) => preferred.has(id)), ...all.filter(({ id }) => !preferred.has(id))].map((component) => ({
    label: component.id,
    kind: 'component',
    detail: component.name,
    documentation: (markup) => markup.paragraphs(aboutComponent(component, analysis, markup)),
  }));
}

function workloads({ catalog }: Analysis): Proposal[] {
  return [...catalog.workloads.values()].map(({ id, name }) => ({ label: id, kind: 'workload', detail: name }));
}

function features({ catalog }: Analysis): Proposal[] {
  return [...catalog.features.values()].map(({ id, name, on, off }) => ({
    label: id,
    kind: 'value',
    detail: catalogText(name),
    newText: `${id} `,
    documentation: (markup) => markup.paragraphs([markup.text(t('On: {0}', catalogText(on))), ...(off === undefined ? [] : [markup.text(t('Off: {0}', catalogText(off)))])]),
  }));
}

/** Names that the file's rules use and do not define. */
function namesInRules({ paths }: Analysis, kind: 'interface' | 'reference'): Proposal[] {
  const names = new Set<string>();
  for (const { rule } of entriesOf(paths)) {
    for (const { atoms } of rule.match) {
      for (const atom of atoms ?? []) {
        if (atom.kind === 'interface' && kind === 'interface') for (const name of atom.names) names.add(name);
        if (atom.kind === 'reference' && kind === 'reference') names.add(atom.name);
      }
    }
  }
  names.delete('lo');
  return [...names].filter((name) => !/[\s,*]/.test(name)).map((label) => ({ label, kind: 'value', newText: `${label} ` }));
}

function revisions(): Proposal[] {
  const dates = new Set(builtinCatalog().data.pages.flatMap((page) => page.revisions.map(({ date }) => date)));
  return [{ label: 'latest', kind: 'value', detail: t('the newest documented ports') }, ...[...dates].sort().reverse().map((label): Proposal => ({ label, kind: 'value', detail: t('a page changed on this day') }))];
}

/** Flows that the file must let pass first, those that are not open before the others. */
function flows(analysis: Analysis): Proposal[] {
  const judged = analysis.reports.flatMap((report) => report.flows.map((one) => ({ flow: one.flow, judged: one, report })));
  const closed = judged.filter((here) => here.judged.verdict.verdict !== 'open');
  const ordered = [...closed, ...judged, ...analysis.catalog.flows.map((flow) => ({ flow }))];
  return [...new Map([...ordered].reverse().map((here) => [here.flow.id, here])).values()].reverse().map((here) => ({
    label: here.flow.id,
    kind: 'flow',
    detail: flowTitle(here.flow, analysis),
    documentation: (markup) => flowCard(here, analysis, markup),
  }));
}

function codes(): Proposal[] {
  return Object.keys(CODES).map((label) => ({ label, kind: 'value', detail: t('diagnostic code') }));
}
