/** Prints an imported page in the catalog's YAML, with a TODO and the page's own note for each purpose. */
import type { ComponentId, WorkloadId } from '../../model/flow.ts';
import type { ImportedParty, ImportedRow } from './rows.ts';

export interface ImportedSection {
  readonly heading: string;
  readonly rows: readonly ImportedRow[];
}

export interface ImportedPage {
  readonly url: string;
  readonly title: string;
  readonly workload: WorkloadId;
  /** The catalog does not know the workload yet. */
  readonly newWorkload: boolean;
  readonly date: string;
  readonly build: string;
  readonly components: ReadonlyMap<ComponentId, string>;
  readonly sections: readonly ImportedSection[];
}

const WIDTH = 110;
/** What YAML does not take in a comment, or takes for a line break. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\uFEFF\uFFFE\uFFFF]/gu;

export function writePage(page: ImportedPage): string {
  const lines: string[] = [];
  if (page.components.size > 0) {
    lines.push('# New components: check id, name and kind (veeam, hypervisor, workload, external).', 'components:');
    for (const [id, name] of page.components) lines.push(`  - { id: ${id}, name: ${quoted(name)}, kind: external }`);
    lines.push('');
  }
  if (page.newWorkload) {
    lines.push('# A new workload: check id and name.', 'workloads:');
    lines.push(`  - { id: ${page.workload}, name: ${quoted(page.workload)} }`, '');
  }
  lines.push(
    'pages:',
    `  - url: ${quoted(page.url)}`,
    `    title: ${quoted(page.title)}`,
    `    workload: ${page.workload}`,
    '    revisions:',
    `      - { date: ${quoted(page.date)}, build: ${quoted(page.build)} }`,
    page.sections.length > 0 ? '    sections:' : '    sections: []',
  );
  page.sections.forEach((section, index) => {
    if (index > 0) lines.push('');
    lines.push(`      - heading: ${quoted(section.heading)}`, section.rows.length > 0 ? '        rows:' : '        rows: []');
    section.rows.forEach((row, number) => {
      if (number > 0) lines.push('');
      lines.push(...rowLines(row));
    });
  });
  return `${lines.join('\n')}\n`;
}

function rowLines(row: ImportedRow): string[] {
  const side = (name: 'from' | 'to'): string => (row.alternatives === name ? `{ anyOf: ${parties(row[name])} }` : parties(row[name]));
  const whenPort = Object.entries(row.whenPort).map(([item, needs]) => `              ${item}: [${needs.join(', ')}]`);
  const lines = [
    `from: ${side('from')}`,
    `to: ${side('to')}`,
    `protocol: ${quoted(row.protocol)}`,
    `port: ${row.port}`,
    ...(row.when.length > 0 ? [`when: [${row.when.join(', ')}]`] : []),
    ...(whenPort.length > 0 ? ['whenPort:', ...whenPort] : []),
    ...(row.openedBy !== undefined ? [`openedBy: ${row.openedBy}`] : []),
    ...(row.sourcePorts !== undefined ? [`sourcePorts: ${row.sourcePorts}`] : []),
    ...comment(row.note),
    'purpose: TODO',
  ];
  return lines.map((line, index) => (line.startsWith('   ') ? line : `${index === 0 ? '          - ' : '            '}${line}`));
}

function parties(list: readonly ImportedParty[]): string {
  const written = list.map(({ component, when }) =>
    (when.length > 0 ? `{ component: ${component}, when: [${when.join(', ')}] }` : component));
  const [only] = written;
  return written.length === 1 && only !== undefined ? only : `[${written.join(', ')}]`;
}

function comment(note: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of note.replace(UNPRINTABLE, '\uFFFD').split(' ')) {
    if (line.length + word.length > WIDTH && line !== '#') {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return note === '' ? [] : [...lines, line];
}

/** Plain where YAML reads that back as the same string. */
function quoted(text: string): string {
  const plain = /^[A-Za-z][\w /&()+-]*[\w)]$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  const address = /^https?:\/\/[\w./-]+$/.test(text);
  const digits = /^\d+(?:\.\d+){2,}$|^\d{4}-\d\d-\d\d$/.test(text);
  return plain || address || digits ? text : JSON.stringify(text);
}
