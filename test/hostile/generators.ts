/** The pieces that hostile texts of every dialect are made of. */

/** Makes a text of about so many characters. */
export type Generator = (size: number) => string;

/** Lines, numbered, until the size is reached. */
export function lines(make: (i: number) => string, around: (body: string) => string = (body) => body): Generator {
  return (size) => {
    const out: string[] = [];
    for (let length = 0, i = 0; length < size; i++) {
      const line = make(i);
      out.push(line);
      length += line.length + 1;
    }
    return around(out.join('\n'));
  };
}

export const repeated = (piece: string, around: (body: string) => string = (body) => body): Generator => (size) => around(piece.repeat(Math.ceil(size / piece.length)));

export const address = (i: number): string => `10.${String((i >> 16) & 255)}.${String((i >> 8) & 255)}.${String(i & 255)}`;
export const port = (i: number): string => String(1 + ((i * 7919) % 65000));

/** What makes the checks work: something is guarded, and its peers are known. */
export const DIRECTIVES = ['guards ahv-worker', 'address backup-server 10.0.0.9', 'address prism-central 10.0.0.8'].map((d) => `# veeam-ports: ${d}`).join('\n');
