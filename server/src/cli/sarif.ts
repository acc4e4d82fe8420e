/**
 * Findings as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), for GitHub code scanning and other readers.
 * One run; uris are relative to the source root, columns count UTF-16 units and ends are exclusive, as in the JSON.
 */
import { createHash } from 'node:crypto';
import type { Location, Log, Notification, PhysicalLocation, ReportingConfiguration, ReportingDescriptor, Result } from 'sarif';
import { HOMEPAGE, documentationOf } from '../features/documentation.ts';
import { type Sources, rangeJson } from '../features/sources.ts';
import { CODES, type Code, type Finding, type Related, type Severity } from '../model/finding.ts';
import { visible } from '../features/visible.ts';
import explanations from './explanations.generated.json';
import { printJson } from './output.ts';
import { rootedPath, uriOfPath } from './paths.ts';
import type { Unread } from './input.ts';
import type { Judged, Reporter } from './reporter.ts';

/** package.json's; a test compares them. */
const VERSION = '0.1.0';
const ROOT_ID = '%SRCROOT%';
const LEVELS = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const satisfies Record<Severity, ReportingConfiguration.level>;
const ALL_CODES = Object.keys(CODES) as Code[];
const PAGES: Readonly<Record<string, string>> = explanations;

export function sarifReporter(): Reporter {
  const results: Result[] = [];
  const seen = new Map<string, number>();
  return {
    file: ({ analysis, findings, sources }) => {
      for (const finding of findings) results.push(resultOf(finding, sources, fingerprint(finding, { analysis, sources }, seen)));
    },
    end: (_report, unread) => printJson(logOf(results, unread)),
  };
}

function logOf(results: Result[], unread: readonly Unread[]): Log {
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'Veeam Ports', informationUri: HOMEPAGE, semanticVersion: VERSION, rules: ALL_CODES.map(ruleOf) } },
      columnKind: 'utf16CodeUnits',
      originalUriBaseIds: { [ROOT_ID]: { description: { text: 'The checkout or, outside of CI, the folder that the tool ran in.' } } },
      invocations: [{ executionSuccessful: unread.length === 0, toolExecutionNotifications: unread.map(notificationOf) }],
      results,
    }],
  };
}

/** The page about a code: its first paragraph says what is the matter, all of it what to do. */
function ruleOf(code: Code): ReportingDescriptor {
  const page = (PAGES[code] ?? '').replace(/^# .*\n+/, '').replace(/\]\(([\w-]+\.md)\)/g, `](${HOMEPAGE}docs/diagnostics/$1)`);
  const paragraph = (page.split('\n\n')[0] ?? '').replace(/\n/g, ' ').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return {
    id: code,
    name: code.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: paragraph.replace(/(?<=[.:]) [A-Z][^]*$/, '') },
    fullDescription: { text: paragraph },
    help: { text: page, markdown: page },
    helpUri: documentationOf(code),
    defaultConfiguration: { level: LEVELS[CODES[code]] },
  };
}

function resultOf({ code, severity, uri, span, message, flows, related }: Finding, sources: Sources, hash: string): Result {
  return {
    ruleId: code,
    ruleIndex: ALL_CODES.indexOf(code),
    level: LEVELS[severity],
    message: { text: withoutLinks(message) },
    locations: [{ physicalLocation: placeOf({ uri, span }, sources) }],
    ...(related.length > 0 && { relatedLocations: related.map((r, id): Location => ({ id, physicalLocation: placeOf(r, sources), message: { text: withoutLinks(r.message) } })) }),
    partialFingerprints: {
      'veeamPorts/v1': hash,
      // GitHub's uploader would hash the line alone and take findings about several peers of one policy for one.
      ...(flows.length > 0 && { primaryLocationLineHash: hash }),
    },
    ...(flows.length > 0 && { properties: { flows } }),
  };
}

/** SARIF reads `[text](target)` in a message as a link; what a file says must not become one. */
function withoutLinks(message: string): string {
  return visible(message).replace(/\]\(/g, '] (');
}

function placeOf({ uri, span }: Pick<Related, 'uri' | 'span'>, sources: Sources): PhysicalLocation {
  const { start, end } = rangeJson(span, sources.lines(uri));
  return {
    artifactLocation: artifactOf(uri),
    region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
  };
}

function artifactOf(uri: string): PhysicalLocation['artifactLocation'] {
  const path = rootedPath(uri);
  return path === undefined ? { uri } : { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT_ID };
}

function notificationOf({ path, why }: Unread): Notification {
  return {
    level: 'error',
    message: { text: withoutLinks(`${path}: ${why}`) },
    locations: [{ physicalLocation: { artifactLocation: artifactOf(uriOfPath(path)) } }],
  };
}

/**
 * Names a finding by what it is about and not by where it stands: the code, the policy, the peers and the text of the line.
 * Equal ones are counted. Lines above may come and go, and ports of the flow may be opened one by one.
 */
function fingerprint({ code, uri, span, policy, flows }: Finding, { analysis, sources }: Pick<Judged, 'analysis' | 'sources'>, seen: Map<string, number>): string {
  const lines = sources.lines(uri);
  const line = lines.lineOf(span.start);
  const text = lines.text.slice(lines.lineStart(line), lines.lineEnd(line)).trim().replace(/\s+/g, ' ');
  const peers = [...new Set(flows.map((flow) => flow.slice(0, flow.lastIndexOf('/'))))].sort();
  const about = JSON.stringify([code, analysis.dialect.id, policy ?? '', peers, text]);
  const key = `${uri} ${about}`;
  const count = (seen.get(key) ?? 0) + 1;
  seen.set(key, count);
  return `${createHash('sha256').update(about).digest('hex').slice(0, 16)}:${count}`;
}
