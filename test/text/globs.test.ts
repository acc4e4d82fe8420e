import { expect, it } from 'vitest';
import { matchesGlob } from '../../server/src/text/glob.ts';

it.each([
  ['a.nft', '*.nft', true],
  ['a.nft', '*', true],
  ['.a.nft', '*.nft', false],
  ['.a.nft', '.*.nft', true],
  ['10-web.nft', '[0-9]*.nft', true],
  ['web.nft', '[0-9]*.nft', false],
  ['web.nft', '[!0-9]*.nft', true],
  ['a.nft', '?.nft', true],
  ['ab.nft', '?.nft', false],
  ['a[b', 'a[b', true],
  ['a]b', 'a[]]b', true],
  ['a-b', 'a[+-]b', true],
  ['abcbd', 'a*b*d', true],
  ['abcb', 'a*b*d', false],
  ['', '*', true],
  ['x', '', false],
])('%s against %s: %s', (name, pattern, expected) => {
  expect(matchesGlob(name, pattern)).toBe(expected);
});

it('takes no more than the product of the lengths', () => {
  const started = performance.now();
  expect(matchesGlob('a'.repeat(2000), `${'*a'.repeat(200)}b`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});
