// The product as the oracle's other side: read and traced in process, as `veeam-ports trace --packets` does it.
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
  if (!path) return { verdict: 'undecided', decidedBy: { action: 'no policy', text: direction } };
  if (paths.length > 1) throw new Error(`several paths for one packet: ${paths.map(p => p.name).join(', ')}`);
  const source = known(from);
  return answerOf(tracePath(path, { ...query, family: source.family, from: source.value, to: known(to).value }, analysis.declared.site), analysis);
}

/** Verdicts in the order of the packets. */
export function trace(source: SourceText, packets: readonly PacketQuery[]): TraceAnswer[] {
  const analysis = analyse(source);
  return packets.map(packet => ask(analysis, packet));
}
