import { describe, expect, it } from 'vitest';
import { casesOf, readCase, testCases, verdictOf } from '../cases.ts';

testCases('iptables');

describe.each([['carriage returns and line feeds', '\r\n'], ['carriage returns alone', '\r']])('iptables cases with %s', (_, eol) => {
  it.each(casesOf('iptables').map((c) => [c.name, c] as const))('%s', (_name, one) => {
    const files = Object.fromEntries(Object.entries(one.files).map(([name, text]) => [name, text.replace(/\n/g, eol)]));
    const reading = readCase('iptables', { text: one.text.replace(/\n/g, eol), files });
    expect(one.wants.map((w) => verdictOf(reading, w))).toEqual(one.wants.map((w) => w.verdict));
  });
});
