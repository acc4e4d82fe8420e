/** The coverage matrix: an accessible table in which a file's words never become markup. */
import { describe, expect, it } from 'vitest';
import { type CoveredFlow, coveredFlows, groupsOf } from '../../client/src/coverage/model.ts';
import { framePage, matrixTables } from '../../client/src/coverage/page.ts';
import { createLanguageService } from '../../server/src/service.ts';
import { type Element, every, xmlRoot } from '../cli/judges.ts';
import { WORKER } from '../protocol/texts.ts';
import { t } from './translate.ts';

const URI = 'file:///rules/worker.nft';
const service = createLanguageService();

function flowsOf(label = 'worker.nft'): CoveredFlow[] {
  const analysis = service.analyse({ uri: URI, text: WORKER });
  if (!analysis) throw new Error('not read');
  return coveredFlows([{ uri: URI, label, coverage: service.coverage(analysis) }], service.catalog());
}

/** The tables are well-formed as XML, too. */
const read = (flows: readonly CoveredFlow[]): Element => xmlRoot(`<main>${matrixTables(flows, t)}</main>`);
/** Its own words, then those of its parts. */
const text = (element: Element): string => element.text + element.children.map(text).join('');

describe('flows', () => {
  it('have names, ports and the line that decides', () => {
    const flow = flowsOf().find(({ id }) => id === 'nutanix-ahv/ahv-worker/backup-server/tcp-2500-3300');
    expect(flow).toMatchObject({ workload: { name: 'Nutanix AHV' }, from: { name: 'Worker' }, to: { name: 'Backup server' }, own: { id: 'ahv-worker' }, verdict: 'open', ports: 'TCP 2500-3300', place: { uri: URI, range: { start: { line: 10 } } } });
  });

  it('are counted per party', () => {
    const flows = flowsOf();
    const [only, ...others] = groupsOf(flows, ({ own }) => own);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ party: { id: 'ahv-worker' }, total: flows.length, open: flows.filter(({ verdict }) => verdict === 'open').length });
  });
});

describe('the tables', () => {
  const flows = flowsOf();
  const root = read(flows);

  it('have a caption, and headings with their scope', () => {
    expect(every(root, 'caption').map(text)).toEqual([expect.stringMatching(/^Nutanix AHV: \d+ of \d+ flows open$/)]);
    expect(new Set(every(root, 'th').map(({ attributes }) => attributes['scope']))).toEqual(new Set(['col', 'row']));
    const [head, ...rows] = every(root, 'tr').map(({ children }) => children.length);
    expect(new Set(rows)).toEqual(new Set([head]));
  });

  it('have a button for each flow that says everything without colour or place', () => {
    const buttons = every(root, 'button');
    expect(buttons.map(({ attributes }) => Number(attributes['data-flow'])).sort((a, b) => a - b)).toEqual(flows.map((_, index) => index));
    const open = buttons.find(({ attributes }) => attributes['class'] === 'open');
    expect(open?.text.trim()).toBe('TCP 2500-3300');
    expect(open?.children.map(text)).toEqual(['✓']);
    expect(open?.attributes['aria-label']).toBe('TCP 2500-3300, open: Worker to Backup server, policy inet filter output of worker.nft. Decided at line 10.');
  });

  it('quote what a file is called', () => {
    const name = '<img src=x onerror="alert(1)">&\'';
    const [button] = every(read(flowsOf(name)), 'button');
    expect(button?.attributes['aria-label']).toContain(`of ${name}.`);
    expect(every(read(flowsOf(name)), 'img')).toEqual([]);
  });

  it('name the file where there are several', () => {
    expect(every(root, 'small')).toEqual([]);
    expect(new Set(every(read([...flows, ...flowsOf('other.nft')]), 'small').map(text))).toEqual(new Set(['worker.nft', 'other.nft']));
  });

  it('give way to a sentence where nothing is guarded', () => {
    expect(matrixTables([], t)).toContain('No open rule file says what it guards.');
  });
});

it('runs and loads nothing but its own script and style', () => {
  const page = framePage({ language: 'en', nonce: 'abc123', cspSource: 'https://webview.example', style: 'https://webview.example/a.css', script: 'https://webview.example/a.js' }, t);
  expect(page).toContain(`content="default-src 'none'; style-src https://webview.example; script-src 'nonce-abc123'; base-uri 'none'; form-action 'none'"`);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toMatch(/\son\w+=|\sstyle=|javascript:/i);
  for (const [, id] of page.matchAll(/ for="(\w+)"/g)) expect(page).toContain(`id="${id ?? ''}"`);
});
