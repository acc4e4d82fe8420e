/** Medians and tables. */

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const digits = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(value < 20 ? 1 : 0));

/** A line of a comparison: ours, the other's, the ratio. */
export function row(what: string, ours: number | undefined, theirs: number | undefined, beside: string): string[] {
  return [what, digits(ours), digits(theirs), ours === undefined || theirs === undefined ? '' : (ours / theirs).toFixed(2), beside];
}

/** A table in Markdown. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
