/** Offsets to lines and back. Lines end with LF, CR LF or CR; columns count UTF-16 units. Both start at 0. */
export class LineIndex {
  private readonly starts: readonly number[];

  constructor(readonly text: string) {
    const starts = [0];
    for (let i = 0; i < text.length; i++) {
      const lf = text.indexOf('\n', i);
      const cr = text.indexOf('\r', i);
      if (lf < 0 && cr < 0) break;
      i = lf < 0 ? cr : cr < 0 ? lf : Math.min(lf, cr);
      if (cr === i && lf === i + 1) i++;
      starts.push(i + 1);
      if (cr < 0) {
        for (let at = text.indexOf('\n', i + 1); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
        break;
      }
    }
    this.starts = starts;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  lineOf(offset: number): number {
    let lo = 0;
    let hi = this.starts.length;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if ((this.starts[mid] as number) <= offset) lo = mid + 1;
      else hi = mid;
    }
    return Math.max(0, lo - 1);
  }

  lineStart(line: number): number {
    return this.starts[Math.min(Math.max(line, 0), this.starts.length - 1)] as number;
  }

  /** Offset after the line's last character, before its line break. */
  lineEnd(line: number): number {
    let end = line + 1 < this.starts.length ? (this.starts[line + 1] as number) : this.text.length;
    if (line + 1 < this.starts.length) {
      if (this.text[end - 1] === '\n') end--;
      if (this.text[end - 1] === '\r' && end > this.lineStart(line)) end--;
    }
    return end;
  }

  position(offset: number): { line: number; character: number } {
    const at = Math.min(Math.max(offset, 0), this.text.length);
    const line = this.lineOf(at);
    return { line, character: Math.min(at, this.lineEnd(line)) - this.lineStart(line) };
  }

  offset(position: { line: number; character: number }): number {
    if (position.line >= this.starts.length) return this.text.length;
    return Math.min(this.lineStart(position.line) + position.character, this.lineEnd(position.line));
  }
}
