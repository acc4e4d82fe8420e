/** The forms that `check` reports in. Each is loaded only when it is asked for. */
import type { CheckJson, FileJson } from '../features/report.ts';
import type { Sources } from '../features/sources.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { Unread } from './input.ts';
import { paintFor, print, printJson } from './output.ts';
import { prettyFile, prettySummary } from './pretty.ts';

export const FORMATS = ['pretty', 'json', 'sarif', 'junit', 'github'] as const;
export type Format = (typeof FORMATS)[number];

/** A judged file. */
export interface Judged {
  readonly analysis: Analysis;
  readonly findings: readonly Finding[];
  readonly sources: Sources;
  readonly file: FileJson;
}

/** What a reporter must know to call the same things failures as the exit code does. */
export interface Bar {
  /** Severities that fail. */
  readonly failing: readonly Severity[];
  /** Undecided flows fail, too. */
  readonly strict: boolean;
}

export interface Reporter {
  /** Takes a file as soon as it is judged. */
  file(judged: Judged): void;
  /** Prints what was not printed yet. */
  end(report: CheckJson, unread: readonly Unread[]): void;
}

export async function reporterFor(format: Format, bar: Bar): Promise<Reporter> {
  switch (format) {
    case 'pretty': return prettyReporter();
    case 'json': return { file: () => undefined, end: printJson };
    case 'sarif': return (await import('./sarif.ts')).sarifReporter();
    case 'junit': return (await import('./junit.ts')).junitReporter(bar);
    case 'github': return (await import('./github.ts')).githubReporter();
  }
}

function prettyReporter(): Reporter {
  const paint = paintFor(process.stdout);
  return {
    file: ({ analysis, file, findings, sources }) => {
      const text = prettyFile(file, findings, sources, paint, analysis.module);
      if (text !== '') print(text);
    },
    end: (report) => print(prettySummary(report, paint)),
  };
}
