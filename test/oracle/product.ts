// The product as the oracle's other side: read and traced in process, or by the built command line tool as its users ask it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ParsedAddress, parseAddress } from '../../server/src/core/addresses.ts';
import { type PathTrace, tracePath } from '../../server/src/engine/trace.ts';
import { createLanguageService } from '../../server/src/service.ts';
import type { Analysis } from '../../server/src/workspace/analysis.ts';
import type { PacketQuery, SourceText, TraceAnswer } from './compare.ts';

const FOLDER = 'file:///oracle/';

function analyse({ text, dialect, fileName, files }: SourceText): Analysis {
  const included = (path: string) => {
    const found = files[path];
    return found === undefined ? undefined : [{ uri: FOLDER + path, text: found }];
  };
  const analysis = createLanguageService({ include: (_uri, path) => included(path) }).analyse({ uri: FOLDER + fileName, text }, { dialect });
  if (!analysis) throw new Error(`the product does not read ${dialect}`);
  return analysis;
}

function known(address: string): ParsedAddress {
  const parsed = parseAddress(address);
  if (!parsed) throw new Error(`the product does not take ${address} for an address`);
  return parsed;
}

function answerOf({ decidedBy, verdict }: PathTrace, { lines, text }: Analysis): TraceAnswer {
  const { entry, action } = decidedBy;
  if (!entry || entry.uri !== undefined) return { verdict, decidedBy: { action, text: '' } };
  const start = entry.at + entry.rule.span.start;
  return { verdict, decidedBy: { line: lines.lineOf(start) + 1, action, text: text.slice(start, entry.at + entry.rule.span.end) } };
}

function ask(analysis: Analysis, { from, to, direction, ...query }: PacketQuery): TraceAnswer {
  const paths = analysis.paths.filter(path => path.direction === direction);
  const [path] = paths;
  // A hook without a base chain accepts.
  if (!path) return { verdict: 'accept' };
  if (paths.length > 1) throw new Error(`several paths for one packet: ${paths.map(p => p.name).join(', ')}`);
  const source = known(from);
  return answerOf(tracePath(path, { ...query, family: source.family, from: source.value, to: known(to).value }, analysis.declared.site), analysis);
}

/** Verdicts in the order of the packets. */
export function trace(source: SourceText, packets: readonly PacketQuery[]): TraceAnswer[] {
  const analysis = analyse(source);
  return packets.map(packet => ask(analysis, packet));
}

const TOOL = fileURLToPath(new URL('../../dist/veeam-ports.js', import.meta.url));

interface ToolAnswer {
  readonly verdict: TraceAnswer['verdict'];
  readonly decidedBy: { readonly path?: string; readonly range: { readonly start: { readonly line: number } }; readonly text: string; readonly action: string } | null;
}

/** The same by `veeam-ports trace FILE --packets`, a process for each rule set. */
export function traceByTool({ text, dialect, fileName, files }: SourceText, packets: readonly PacketQuery[]): TraceAnswer[] {
  const folder = mkdtempSync(join(tmpdir(), 'veeam-ports-oracle-'));
  try {
    for (const [name, content] of [...Object.entries(files), [fileName, text] as const]) writeFileSync(join(folder, name), content);
    const { status, stdout, stderr } = spawnSync(process.execPath, [TOOL, 'trace', fileName, '--dialect', dialect, '--packets', '-', '--format', 'json'], { cwd: folder, input: packets.map(packet => JSON.stringify(packet)).join('\n'), encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`trace ended with ${status ?? 'no code'}: ${stderr}`);
    return stdout.split('\n').filter(line => line !== '').map((line) => {
      const { verdict, decidedBy } = JSON.parse(line) as ToolAnswer;
      if (!decidedBy) return { verdict };
      const { path, range, text: quoted, action } = decidedBy;
      const own = path === undefined && action !== 'default';
      return { verdict, decidedBy: { ...(own && { line: range.start.line }), action, text: quoted } };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
