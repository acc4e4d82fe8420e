/** Compiles one page of a catalog file: dates against its revisions, names against the catalog, ports into numbers. */
import type { Condition, FlowItem, PortRange } from '../model/flow.ts';
import { portText } from '../model/flow.ts';
import type { EndData, PageData, RowData, SectionData, Standing } from './data.ts';
import type { Known, Report } from './load.ts';
import type { Read } from './portSpec.ts';
import { readNeed, readPortRange, readPortSpec, readProtocol } from './portSpec.ts';
import type { EndSource, EndsSource, PageSource, RowSource, SectionSource } from './schema.ts';

/** Clients send from these unless a section or row says otherwise. */
const DEFAULT_SOURCE_PORTS = '1024-65535';

/** Undefined if anything is wrong with the page; all of that is reported. */
export function compilePage(source: PageSource, path: string, known: Known, report: Report): PageData | undefined {
  return new PageCompiler(source, known, report).page(path);
}

class PageCompiler {
  readonly #source: PageSource;
  readonly #known: Known;
  readonly #outer: Report;
  #sound = true;

  constructor(source: PageSource, known: Known, report: Report) {
    this.#source = source;
    this.#known = known;
    this.#outer = report;
  }

  page(path: string): PageData | undefined {
    const { url, title, workload, revisions, names, sections } = this.#source;
    if (!this.#known.workloads.has(workload)) this.#report(`${path}.workload`, `unknown workload "${workload}"`);
    this.#revisions(path);
    names.forEach((name, index) => {
      const at = `${path}.names[${index}]`;
      this.#standing(name, at);
      this.#component(name.component, `${at}.component`);
    });
    const compiled = sections.map((section, index) => this.#section(section, `${path}.sections[${index}]`));
    return this.#sound ? { url, title, workload, revisions, names, sections: compiled } : undefined;
  }

  #report(path: string, message: string): void {
    this.#sound = false;
    this.#outer(path, message);
  }

  /** Oldest first, and each one changes a fact: a re-dated page with equal facts is no revision. */
  #revisions(path: string): void {
    const { revisions, names, sections } = this.#source;
    const changes = new Set([...names, ...sections.flatMap((section) => section.rows)]
      .flatMap(({ since, until }) => [since, until]));
    revisions.forEach(({ date }, index) => {
      const before = revisions[index - 1];
      const at = `${path}.revisions[${index}].date`;
      if (before && before.date >= date) this.#report(at, `${date} does not come after ${before.date}`);
      else if (before && !changes.has(date)) this.#report(at, `nothing changes on ${date}; a re-dated page adds no revision`);
    });
  }

  #standing({ since, until }: Standing, path: string): void {
    const dates = this.#source.revisions.map((revision) => revision.date);
    for (const [key, date] of [['since', since], ['until', until]] as const) {
      if (date !== undefined && !dates.includes(date)) this.#report(`${path}.${key}`, `the page has no revision of ${date}`);
    }
    if (since !== undefined && until !== undefined && since >= until) this.#report(`${path}.until`, 'must come after since');
  }

  #section({ heading, when, sourcePorts, rows }: SectionSource, path: string): SectionData {
    const shared = {
      conditions: this.#conditions(when, `${path}.when`),
      sourcePorts: this.#sourcePorts(sourcePorts ?? DEFAULT_SOURCE_PORTS, path),
    };
    return { heading, rows: rows.map((row, index) => this.#row(row, shared, `${path}.rows[${index}]`)) };
  }

  #row(row: RowSource, shared: Pick<RowData, 'conditions' | 'sourcePorts'>, path: string): RowData {
    this.#standing(row, path);
    const alternatives = isAnyOf(row.from) ? 'from' : isAnyOf(row.to) ? 'to' : undefined;
    if (isAnyOf(row.from) && isAnyOf(row.to)) this.#report(`${path}.to`, 'alternatives stand on one side of a row; write a row for each From');
    const protocol = this.#read(readProtocol(row.protocol), `${path}.protocol`);
    const spec = this.#read(readPortSpec(String(row.port)), `${path}.port`);
    const items = (spec?.items ?? []).map((item): FlowItem => {
      const own = row.whenPort[portText(item)] ?? [];
      return { ...item, conditions: this.#conditions(own, `${path}.whenPort["${portText(item)}"]`) };
    });
    for (const key of Object.keys(row.whenPort)) {
      if (spec && !items.some((item) => portText(item) === key)) this.#report(`${path}.whenPort["${key}"]`, 'is no item of the port');
    }
    return {
      from: this.#ends(row.from, `${path}.from`),
      to: this.#ends(row.to, `${path}.to`),
      ...(alternatives && { alternatives }),
      transports: protocol?.transports ?? [],
      ...(protocol?.application !== undefined && { application: protocol.application }),
      mode: spec?.mode ?? 'only',
      items,
      sourcePorts: row.sourcePorts === undefined ? shared.sourcePorts : this.#sourcePorts(row.sourcePorts, path),
      conditions: [...shared.conditions, ...this.#conditions(row.when, `${path}.when`)],
      ...(row.openedBy !== undefined && { openedBy: row.openedBy }),
      purpose: row.purpose,
      ...(row.history !== undefined && { history: row.history }),
      ...(row.since !== undefined && { since: row.since }),
      ...(row.until !== undefined && { until: row.until }),
    };
  }

  #sourcePorts(text: string, path: string): PortRange {
    return this.#read(readPortRange(text), `${path}.sourcePorts`) ?? { first: 1, last: 65535 };
  }

  #read<T>(read: Read<T>, path: string): T | undefined {
    if ('value' in read) return read.value;
    this.#report(path, read.problem);
    return undefined;
  }

  #ends(source: EndsSource, path: string): EndData[] {
    if (isAnyOf(source)) return this.#ends(source.anyOf, `${path}.anyOf`);
    const list: readonly EndSource[] = typeof source === 'object' && !('component' in source) ? source : [source];
    return list.map((end, index) => {
      const at = list === source ? `${path}[${index}]` : path;
      const { component, when } = typeof end === 'string' ? { component: end, when: [] } : end;
      this.#component(component, typeof end === 'string' ? at : `${at}.component`);
      return { component, conditions: this.#conditions(when, `${at}.when`) };
    });
  }

  #component(id: string, path: string): void {
    if (!this.#known.components.has(id)) this.#report(path, `unknown component "${id}"`);
  }

  #conditions(texts: readonly string[], path: string): Condition[] {
    return texts.flatMap((written, index): Condition[] => {
      const { feature, needs } = readNeed(written);
      const text = this.#known.features.get(feature)?.[needs];
      if (text !== undefined) return [{ feature, needs, text }];
      const why = this.#known.features.has(feature) ? `feature "${feature}" has no line for "off"` : `unknown feature "${feature}"`;
      this.#report(`${path}[${index}]`, why);
      return [];
    });
  }
}

function isAnyOf(source: EndsSource): source is { readonly anyOf: EndSource[] } & EndsSource {
  return typeof source === 'object' && 'anyOf' in source;
}
