/** What patch(1) does, without mercy for a hunk that does not fit. */
import { expect } from 'vitest';

/** Each line with its break. */
export function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Strict: every context and removed line, and every line number, must agree. */
export function apply(before: string, diff: string): string {
  const old = lines(before);
  const out: string[] = [];
  let at = 0;
  const [, , ...body] = lines(diff.replace(/\n\\ No newline at end of file\n/g, '\ue000\n'));
  for (const line of body) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$/.exec(line);
    if (head) {
      const start = head[2] === '0' ? Number(head[1]) : Number(head[1]) - 1;
      out.push(...old.slice(at, start));
      at = start;
      expect(head[4] === '0' ? Number(head[3]) : Number(head[3]) - 1).toBe(out.length);
      continue;
    }
    const text = line.slice(1).replace(/\ue000\n$/, '');
    if (line[0] !== '+') expect(old[at++]).toBe(text);
    if (line[0] !== '-') out.push(text);
  }
  return [...out, ...old.slice(at)].join('');
}
