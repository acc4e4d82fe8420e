/** Every diagnostic code leads to a page of the project. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { HOMEPAGE, documentationOf } from '../../server/src/features/documentation.ts';
import { CODES, type Code } from '../../server/src/model/finding.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('stands at the homepage of the package', () => {
  const { homepage } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { homepage: string };
  expect(HOMEPAGE).toBe(homepage);
});

it.each(Object.keys(CODES) as Code[])('%s', (code) => {
  const address = documentationOf(code);
  expect(address).toMatch(/^https:/);
  expect(existsSync(ROOT + address.slice(HOMEPAGE.length))).toBe(true);
});
