/** Links from the words of directives to the pages that they stand for: workloads and flows to the documentation, codes to our own pages. */
import { t } from '@vscode/l10n';
import type { DocumentLink } from 'vscode-languageserver-types';
import { resolveName } from '../catalog/names.ts';
import type { PageRevision } from '../catalog/view.ts';
import { CODES, type Code } from '../model/finding.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { type Directive, type Word, flowGlob } from '../workspace/directives.ts';
import { rangeOf } from './diagnostics.ts';
import { documentationOf } from './documentation.ts';

interface Link {
  readonly target: string;
  readonly tooltip: string;
}

export function documentLinksOf(analysis: Analysis): DocumentLink[] {
  return analysis.directives.flatMap((directive) =>
    directive.args.flatMap((word): DocumentLink[] => {
      const link = linkOf(directive, word, analysis);
      return link ? [{ range: rangeOf(word.span, analysis.lines), ...link }] : [];
    }),
  );
}

function linkOf({ word: directive }: Directive, word: Word, analysis: Analysis): Link | undefined {
  if (directive === 'use') return workloadLink(word.text, analysis);
  if (directive !== 'ignore') return undefined;
  if (word.text.includes('/')) return flowLink(word.text, analysis);
  return Object.hasOwn(CODES, word.text) ? { target: documentationOf(word.text as Code), tooltip: t('What {0} says', word.text) } : undefined;
}

function workloadLink(text: string, { catalog }: Analysis): Link | undefined {
  const found = resolveName(text, catalog.workloads.values());
  return found.kind === 'found' ? pageLink(catalog.pages.find(({ workload }) => workload === found.id), catalog) : undefined;
}

/** The page that documents the flows, if it is one. */
function flowLink(glob: string, { catalog }: Analysis): Link | undefined {
  const wanted = flowGlob(glob);
  const pages = new Set(catalog.flows.filter(({ id }) => wanted(id)).flatMap(({ sources }) => sources.map(({ page }) => page)));
  const [only] = pages;
  return pages.size === 1 ? pageLink(catalog.pages.find(({ page }) => page === only), catalog) : undefined;
}

function pageLink(page: PageRevision | undefined, { workloads }: Analysis['catalog']): Link | undefined {
  if (!page) return undefined;
  const { revision } = page;
  return { target: page.page, tooltip: t('{0}: {1}, {2}, build {3}', workloads.get(page.workload)?.name ?? page.workload, page.title, revision.date, revision.build) };
}
