/** Runs in the page of the coverage matrix: filters, keeps the focus when the tables change, and asks for the line of a flow. */
import type { FromPage, ToPage } from '../coverage/messages.ts';

interface State {
  readonly text: string;
  readonly lacking: boolean;
}

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; getState(): State | undefined; setState(state: State): void };

const editor = acquireVsCodeApi();
const element = (id: string): HTMLElement => document.getElementById(id) ?? document.body;
const filter = element('filter') as HTMLInputElement;
const lacking = element('lacking') as HTMLInputElement;
const count = element('count');
const tables = element('tables');

function apply(): void {
  const words = filter.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const flows = [...tables.querySelectorAll<HTMLButtonElement>('button[data-flow]')];
  let shown = 0;
  for (const flow of flows) {
    const text = flow.title.toLowerCase();
    const hidden = (lacking.checked && flow.classList.contains('open')) || !words.every((word) => text.includes(word));
    if (flow.parentElement) flow.parentElement.hidden = hidden;
    if (!hidden) shown++;
  }
  for (const part of tables.querySelectorAll<HTMLElement>('tbody tr, table')) part.hidden = !part.querySelector('li:not([hidden])');
  for (const table of tables.querySelectorAll('table')) hideEmptyColumns(table);
  count.textContent = flows.length === 0 ? '' : (count.dataset['text'] ?? '').replace('{0}', String(shown)).replace('{1}', String(flows.length));
  editor.setState({ text: filter.value, lacking: lacking.checked });
}

function hideEmptyColumns(table: HTMLTableElement): void {
  const rows = [...table.rows];
  const columns = rows[0]?.cells.length ?? 0;
  for (let column = 1; column < columns; column++) {
    const cells = rows.flatMap((row) => row.cells[column] ?? []);
    const hidden = !cells.some((cell) => cell.querySelector('li:not([hidden])'));
    for (const cell of cells) cell.hidden = hidden;
  }
}

function replace(html: string): void {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['key'] : undefined;
  tables.innerHTML = html;
  apply();
  if (focused !== undefined) tables.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** The next flow that is shown in that direction, as the arrow keys go. */
function move(from: HTMLElement, step: 1 | -1): void {
  const flows = [...tables.querySelectorAll<HTMLElement>('button[data-flow]')].filter((flow) => flow.offsetParent !== null);
  flows[flows.indexOf(from) + step]?.focus();
}

filter.addEventListener('input', apply);
lacking.addEventListener('change', apply);
tables.addEventListener('click', ({ target }) => {
  const flow = target instanceof Element ? target.closest<HTMLElement>('button[data-flow]') : null;
  if (flow) editor.postMessage({ kind: 'reveal', flow: Number(flow.dataset['flow']) });
});
tables.addEventListener('keydown', (event) => {
  const step = event.key === 'ArrowDown' || event.key === 'ArrowRight' ? 1 : event.key === 'ArrowUp' || event.key === 'ArrowLeft' ? -1 : undefined;
  if (step === undefined || !(event.target instanceof HTMLElement)) return;
  event.preventDefault();
  move(event.target, step);
});
window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === 'tables') replace(data.html);
  else {
    filter.value = data.text;
    apply();
  }
});

const { text, lacking: onlyLacking } = editor.getState() ?? { text: '', lacking: false };
filter.value = text;
lacking.checked = onlyLacking;
editor.postMessage({ kind: 'ready' });
