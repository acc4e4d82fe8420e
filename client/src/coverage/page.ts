/** The coverage matrix as HTML: a frame that stays, and tables that come with each change. What a file holds can never become markup. */
import type { Translate } from '../translate.ts';
import { type CoveredFlow, type Party, groupsOf } from './model.ts';
import { SIGN, VERDICTS, openCount, spokenFlow, verdictWord } from './words.ts';

export interface Frame {
  /** The user's language, as HTML names it. */
  readonly language: string;
  readonly nonce: string;
  /** What the editor serves the style sheet from. */
  readonly cspSource: string;
  readonly style: string;
  readonly script: string;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

/** Nothing runs but the script with the nonce, nothing is loaded but the style sheet. */
export function framePage({ language, nonce, cspSource, style, script }: Frame, t: Translate): string {
  const e = escapeHtml;
  return `<!DOCTYPE html>
<html lang="${e(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${e(cspSource)}; script-src 'nonce-${e(nonce)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${e(style)}">
<title>${e(t('Veeam Ports: Coverage'))}</title>
</head>
<body>
<h1>${e(t('Coverage'))}</h1>
<div class="bar" role="search">
<label for="filter">${e(t('Filter'))}</label>
<input id="filter" type="text" spellcheck="false" placeholder="${e(t('component, port, policy or file'))}">
<label><input id="lacking" type="checkbox">${e(t('Only what is not open'))}</label>
<output id="count" for="filter lacking" aria-live="polite" data-text="${e(t('{0} of {1} flows shown'))}"></output>
</div>
<p class="legend">${VERDICTS.map((verdict) => `<span class="${verdict}"><span aria-hidden="true">${SIGN[verdict]}</span> ${e(verdictWord(verdict, t))}</span>`).join(' ')}</p>
<main id="tables"></main>
<script nonce="${e(nonce)}" src="${e(script)}"></script>
</body>
</html>`;
}

/** One table for each workload, senders down and receivers across; `data-flow` is the flow's index. */
export function matrixTables(flows: readonly CoveredFlow[], t: Translate): string {
  if (flows.length === 0) return `<p>${escapeHtml(t('No open rule file says what it guards. Open one and run “Declare What This File Guards”.'))}</p>`;
  const numbered = flows.map((flow, index) => ({ ...flow, index }));
  return groupsOf(numbered, ({ workload }) => workload).map(({ party, open, total, members }) => table(`${party.name}: ${openCount(open, total, t)}`, members, t)).join('\n');
}

type Numbered = CoveredFlow & { readonly index: number };

function table(caption: string, flows: readonly Numbered[], t: Translate): string {
  const files = new Set(flows.map(({ file }) => file));
  const parties = (end: 'from' | 'to'): Party[] => groupsOf(flows, (flow) => flow[end]).map(({ party }) => party);
  const columns = parties('to');
  const rows = parties('from').map((from) => {
    const cells = columns.map((to) => cell(flows.filter((flow) => flow.from.id === from.id && flow.to.id === to.id), files.size > 1, t));
    return `<tr><th scope="row">${escapeHtml(from.name)}</th>${cells.join('')}</tr>`;
  });
  return `<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr><th scope="col">${escapeHtml(t('From ↓ To →'))}</th>${columns.map(({ name }) => `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

/** @param named whether each flow says which file it is of. */
function cell(flows: readonly Numbered[], named: boolean, t: Translate): string {
  return flows.length === 0 ? '<td></td>' : `<td><ul>${flows.map((flow) => `<li>${button(flow, named, t)}</li>`).join('')}</ul></td>`;
}

function button(flow: Numbered, named: boolean, t: Translate): string {
  const label = escapeHtml(spokenFlow(flow, t));
  return `<button type="button" class="${flow.verdict}" data-flow="${flow.index}" data-key="${escapeHtml(`${flow.file} ${flow.policy} ${flow.id}`)}" aria-label="${label}" title="${label}"><span aria-hidden="true">${SIGN[flow.verdict]}</span> ${escapeHtml(flow.ports)}${named ? ` <small>${escapeHtml(flow.file)}</small>` : ''}</button>`;
}
