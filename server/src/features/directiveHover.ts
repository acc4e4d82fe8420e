/** Explains the words of directives: the directive itself, components, workloads, features, flows, dates. */
import { t } from '@vscode/l10n';
import { resolveName } from '../catalog/names.ts';
import { catalogText } from '../catalog/text.ts';
import type { Component } from '../model/flow.ts';
import { isCode } from '../model/finding.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { type Directive, type Word, flowGlob } from '../workspace/directives.ts';
import { DIRECTIVE_HELP } from './directiveWords.ts';
import { documentationOf } from './documentation.ts';
import { type FlowHere, flowCard, flowList } from './flowCard.ts';
import type { Markup } from './markup.ts';
import type { DirectiveHere } from './place.ts';

export function directiveCard({ directive, word }: DirectiveHere, analysis: Analysis, markup: Markup): string | undefined {
  if (!directive.word) return undefined;
  if (!word || word === directive.name) {
    const { form, says } = DIRECTIVE_HELP[directive.word];
    return markup.paragraphs([markup.code(`veeam-ports: ${form}`), markup.text(says())]);
  }
  return argumentCard(directive, word, analysis, markup);
}

function argumentCard(directive: Directive, word: Word, analysis: Analysis, markup: Markup): string | undefined {
  switch (directive.word) {
    case 'guards':
    case 'transit':
    case 'absent':
      return componentCard(word, analysis, markup);
    case 'address':
    case 'reference':
      return componentCard(directive.args[0] ?? word, analysis, markup);
    case 'use':
      return workloadCard(word, analysis, markup);
    case 'feature':
      return featureCard(directive.args[0] ?? word, analysis, markup);
    case 'ignore':
      return word.text.includes('/') ? flowsCard(word, analysis, markup) : codeCard(word, markup);
    case 'revision':
      return pagesCard(analysis, markup);
    default:
      return undefined;
  }
}

/** Flows as this file judges them, those that nothing here asks for without a verdict. */
function flowsHere(analysis: Analysis, wanted: (id: string) => boolean): FlowHere[] {
  const judged = analysis.reports.flatMap((report) => report.flows.filter(({ flow }) => wanted(flow.id)).map((one): FlowHere => ({ flow: one.flow, judged: one, report })));
  const known = new Set(judged.map(({ flow }) => flow.id));
  return [...judged, ...analysis.catalog.flows.filter((flow) => wanted(flow.id) && !known.has(flow.id)).map((flow): FlowHere => ({ flow }))];
}

const listed = (flows: readonly FlowHere[], analysis: Analysis, markup: Markup): string[] => (flows.length === 0 ? [] : [flowList(flows, analysis, markup)]);

function componentCard(word: Word, analysis: Analysis, markup: Markup): string | undefined {
  const found = resolveName(word.text, analysis.catalog.components.values());
  const component = found.kind === 'found' ? analysis.catalog.components.get(found.id) : undefined;
  if (!component) return undefined;
  const ends = new Map(analysis.catalog.flows.map((flow) => [flow.id, flow.from === component.id || flow.to === component.id]));
  const all = flowsHere(analysis, (id) => ends.get(id) ?? false);
  const judged = all.filter((here) => here.judged);
  return markup.paragraphs([...aboutComponent(component, analysis, markup), ...listed(judged.length > 0 ? judged : all, analysis, markup)]);
}

export function aboutComponent(component: Component, { catalog }: Analysis, markup: Markup): string[] {
  const workloads = (catalog.workloadsOf.get(component.id) ?? []).map((id) => catalog.workloads.get(id)?.name ?? id);
  const aliases = component.aliases.filter((alias) => alias !== component.name);
  return [
    `${markup.strong(component.name)} · ${markup.code(component.id)}`,
    ...(workloads.length > 0 ? [markup.text(t('A party of {0}.', workloads.join(', ')))] : []),
    ...(aliases.length > 0 ? [markup.text(t('Also called {0}.', aliases.join(', ')))] : []),
    ...(component.hint === undefined ? [] : [markup.text(catalogText(component.hint))]),
    ...(component.hostNames.length > 0 ? [markup.text(t('Public host names: {0}.', component.hostNames.join(', ')))] : []),
  ];
}

function workloadCard(word: Word, analysis: Analysis, markup: Markup): string | undefined {
  const { catalog } = analysis;
  const found = resolveName(word.text, catalog.workloads.values());
  const workload = found.kind === 'found' ? catalog.workloads.get(found.id) : undefined;
  if (!workload) return undefined;
  const pages = catalog.pages.filter((page) => page.workload === workload.id);
  const count = catalog.flows.filter((flow) => flow.workload === workload.id).length;
  return markup.paragraphs([
    `${markup.strong(workload.name)} · ${markup.code(workload.id)}`,
    markup.text(t('{0} flows between {1} components.', count, (catalog.partiesOf.get(workload.id) ?? []).length)),
    ...pages.map(({ page, title, revision }) => `${markup.link(title, page)}, ${markup.text(t('{0}, build {1}', revision.date, revision.build))}`),
  ]);
}

function featureCard(word: Word, analysis: Analysis, markup: Markup): string | undefined {
  const feature = analysis.catalog.features.get(word.text);
  if (!feature) return undefined;
  const needing = new Map(analysis.catalog.flows.map((flow) => [flow.id, [...flow.conditions, ...flow.items.flatMap((item) => item.conditions)].some((c) => c.feature === feature.id)]));
  const flows = flowsHere(analysis, (id) => needing.get(id) ?? false);
  return markup.paragraphs([
    `${markup.strong(catalogText(feature.name))} · ${markup.code(feature.id)}`,
    markup.text(t('On: {0}', catalogText(feature.on))),
    ...(feature.off === undefined ? [] : [markup.text(t('Off: {0}', catalogText(feature.off)))]),
    ...listed(flows, analysis, markup),
  ]);
}

function flowsCard(word: Word, analysis: Analysis, markup: Markup): string | undefined {
  const flows = flowsHere(analysis, flowGlob(word.text));
  const [only] = flows;
  if (!only) return undefined;
  return flows.length === 1 ? flowCard(only, analysis, markup) : flowList(flows, analysis, markup);
}

function codeCard(word: Word, markup: Markup): string | undefined {
  return isCode(word.text) ? markup.link(word.text, documentationOf(word.text)) : undefined;
}

function pagesCard({ catalog }: Analysis, markup: Markup): string {
  return markup.list(catalog.pages.map(({ page, workload, title, revision }) => `${markup.link(`${catalog.workloads.get(workload)?.name ?? workload}: ${title}`, page)}, ${markup.text(t('{0}, build {1}', revision.date, revision.build))}`));
}
