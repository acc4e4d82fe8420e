/** The problem matcher of package.json against what the tool prints: every finding, and nothing else. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { CheckJson } from '../../server/src/features/report.ts';
import { ROOT, place } from '../cli/tool.ts';

interface Matcher {
  severity: string;
  pattern: { regexp: string; file: number; line: number; column: number; severity: number; code: number; message: number };
}

const { problemMatchers } = (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { contributes: { problemMatchers: Matcher[] } }).contributes;
const [matcher] = problemMatchers;
const tool = place();

it('finds each diagnostic of the examples with its place, severity, code and message', () => {
  if (!matcher) throw new Error('there is no matcher');
  const { regexp, ...groups } = matcher.pattern;
  const args = ['check', 'examples', '--fail-on', 'never'];
  const lines = tool.run(args, { cwd: ROOT }).stdout.split('\n');
  const matched = lines.flatMap((line) => {
    const found = new RegExp(regexp).exec(line);
    return found ? [Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, found[group]]))] : [];
  });
  const { files } = JSON.parse(tool.run([...args, '--format', 'json'], { cwd: ROOT }).stdout) as CheckJson;
  const wanted = files.flatMap(({ path, diagnostics }) => diagnostics.map(({ range: { start }, severity, code, message }) => ({ file: path, line: String(start.line), column: String(start.column), severity, code, message })));
  expect(wanted.length).toBeGreaterThan(10);
  expect(matched).toEqual(wanted);
});

it('takes a drive letter for a part of the path, and what it does not know of severities for information', () => {
  expect(new RegExp(matcher?.pattern.regexp ?? '').exec('C:\\fw\\worker.nft:3:5 hint unchecked-policy Say what it guards.')?.slice(1)).toEqual(['C:\\fw\\worker.nft', '3', '5', 'hint', 'unchecked-policy', 'Say what it guards.']);
  expect(matcher?.severity).toBe('info');
});
