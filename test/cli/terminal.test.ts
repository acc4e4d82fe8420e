/** What only a terminal shows: script(1) gives the tool one. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAM, ROOT, place } from './tool.ts';

place();
const hasScript = spawnSync('script', ['--version']).status === 0;

function onTerminal(args: string, env: Record<string, string> = {}): { readonly status: number | null; readonly shown: string } {
  const { status, stdout } = spawnSync('script', ['-qec', `'${process.execPath}' '${PROGRAM}' ${args}`, '/dev/null'], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NODE_EXTRA_CA_CERTS: '', TERM: 'xterm', NO_COLOR: '', ...env } });
  return { status, shown: stdout };
}

describe.skipIf(!hasScript && process.env['CI'] !== 'true')('on a terminal', () => {
  const check = `check '${join(ROOT, 'examples/worker.nft')}'`;

  it('findings are coloured, and not with NO_COLOR or where there are no colours', () => {
    expect(onTerminal(check).shown).toContain('\u001b[31merror\u001b[0m blocked-flow');
    expect(onTerminal(check, { NO_COLOR: '1' }).shown).not.toContain('\u001b');
    expect(onTerminal(check, { TERM: 'dumb' }).shown).not.toContain('\u001b');
  });

  it('a workbook is refused', () => {
    const { status, shown } = onTerminal('flows --format xlsx');
    expect(status).toBe(2);
    expect(shown).toMatch(/^veeam-ports: a workbook is no text for a terminal; send it to a file: .*\r\n$/);
  });
});
