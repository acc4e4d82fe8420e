/**
 * Findings as annotations of GitHub Actions (docs.github.com, "Workflow commands for GitHub Actions", Setting an error message).
 * The runner refuses columns of a range over several lines.
 */
import { rangeJson } from '../features/sources.ts';
import type { Severity } from '../model/finding.ts';
import { visible } from '../features/visible.ts';
import { paintFor, print, shown } from './output.ts';
import { rootedPath, uriOfPath } from './paths.ts';
import { placeOf, prettySummary } from './pretty.ts';
import type { Judged, Reporter } from './reporter.ts';

const COMMANDS = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const satisfies Record<Severity, string>;

export function githubReporter(): Reporter {
  return {
    file: (judged) => {
      const lines = annotations(judged);
      if (lines.length > 0) print(lines.join('\n'));
    },
    end: (report, unread) => {
      for (const { path, why } of unread) print(command('error', { file: fileName(uriOfPath(path), path), title: 'not read' }, shown(`${path}: ${why}`)));
      print(prettySummary(report, paintFor(process.stdout)));
    },
  };
}

function annotations({ findings, sources }: Judged): string[] {
  return findings.map(({ code, severity, uri, span, message, related }) => {
    const { start, end } = rangeJson(span, sources.lines(uri));
    const place = {
      file: fileName(uri, sources.path(uri)),
      line: start.line,
      endLine: end.line,
      ...(start.line === end.line && { col: start.column, endColumn: end.column }),
      title: code,
    };
    const lines = [message, ...related.map((r) => `${placeOf(r, sources)} ${r.message}`)];
    return command(COMMANDS[severity], place, lines.map((line) => shown(line)).join('\n'));
  });
}

const fileName = (uri: string, path: string): string => visible(rootedPath(uri) ?? path);

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const written = Object.entries(properties).map(([key, value]) => `${key}=${data(String(value)).replace(/:/g, '%3A').replace(/,/g, '%2C')}`);
  return `::${name} ${written.join(',')}::${data(message)}`;
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
