/** Tells a person at the terminal how far a long run is. */
const PATIENCE = 1000;

export class Progress {
  private readonly started = Date.now();
  private done = 0;
  private shown = 0;

  constructor(private readonly total: number) {}

  next(): void {
    const now = Date.now();
    if (process.stderr.isTTY && now - this.started > PATIENCE && now - this.shown > PATIENCE / 5) {
      this.shown = now;
      process.stderr.write(`\r${this.done} of ${this.total} files`);
    }
    this.done++;
  }

  /** Wipes the line. */
  end(): void {
    if (this.shown > 0) process.stderr.write('\r\u001b[K');
  }
}
