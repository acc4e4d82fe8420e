/** The pick lists: what a file may guard, and the way of a packet. */
import { expect, it } from 'vitest';
import { guardItems } from '../../client/src/commands/guardItems.ts';
import { traceItems, traceTitle } from '../../client/src/commands/traceItems.ts';
import type { StepJson, TraceJson } from '../../server/src/features/traceReport.ts';
import { t } from './translate.ts';

it('ranks what may be guarded under headings', () => {
  const guards = (id: string, fit: number, workload?: string): Parameters<typeof guardItems>[0][number] => ({ kind: 'guards', component: { id, name: id.toUpperCase() }, ...(workload ? { workload } : {}), fit, edits: [] });
  const items = guardItems([guards('a', 0.754), guards('b', 0.5, 'oracle'), guards('c', 0), { kind: 'off', edits: [] }], t);
  expect(items.map(({ label, description, choice }) => [label, description, choice?.kind])).toEqual([
    ['fits the open ports', undefined, undefined],
    ['A', 'a · 75 % fit', 'guards'],
    ['B', 'b · oracle · 50 % fit', 'guards'],
    ['components', undefined, undefined],
    ['C', 'c', 'guards'],
    ['otherwise', undefined, undefined],
    ['Do not check it', 'off', 'off'],
  ]);
});

const step = (line: number, text: string, action: StepJson['action'], path?: string): StepJson => ({ range: { start: { line, column: 1 }, end: { line, column: 5 } }, text, action, ...(path === undefined ? {} : { path }) });

it('shows the deciding line first, then the others on the way', () => {
  const trace: TraceJson = { schema: 1, verdict: 'accept', policies: [{ name: 'p', direction: 'in', verdict: 'accept', decidedBy: step(9, 'tcp  dport\n 22 accept', 'accept'), steps: [step(3, 'jump other', 'accept', 'file:///etc/other.nft'), step(9, 'tcp  dport\n 22 accept', 'accept')] }] };
  expect(traceItems(trace, t).map(({ label, description }) => [label, description])).toEqual([
    ['decided by', undefined],
    ['$(target) tcp dport 22 accept', 'line 9 · accept'],
    ['on the way', undefined],
    ['$(arrow-small-right) jump other', 'other.nft, line 3 · accept'],
  ]);
  const packet = { from: '10.0.0.1', to: '10.0.0.2', protocol: 'tcp', direction: 'in', policy: 'p' };
  expect(traceTitle({ ...packet, port: 22 }, trace, t)).toBe('Accepted: TCP 10.0.0.1 → 10.0.0.2 port 22');
  expect(traceTitle(packet, { ...trace, verdict: 'undecided' }, t)).toBe('Cannot be told: TCP 10.0.0.1 → 10.0.0.2');
});

it('names a default that has no text, and each of several policies', () => {
  const policy = (name: string): TraceJson['policies'][number] => ({ name, direction: 'in', verdict: 'drop', decidedBy: step(1, '', 'default'), steps: [] });
  expect(traceItems({ schema: 1, verdict: 'undecided', policies: [policy('a'), policy('b')] }, t).map(({ label }) => label)).toEqual(['a: Dropped', '$(target) the default', 'b: Dropped', '$(target) the default']);
});
