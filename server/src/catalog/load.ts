/** Checks catalog files, parsed from YAML, and compiles them; every problem names its file and the path in it. */
import * as v from 'valibot';
import type { Component, Workload } from '../model/flow.ts';
import type { CatalogData, FeatureData, PageData } from './data.ts';
import { compilePage } from './compilePage.ts';
import type { CatalogFile } from './schema.ts';
import { catalogFile } from './schema.ts';

export interface CatalogProblem {
  readonly file: string;
  /** Such as `pages[0].sections[1].rows[3].port`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export interface ParsedFile {
  readonly name: string;
  /** What the YAML parser made of the file. */
  readonly data: unknown;
}

export type Report = (path: string, message: string) => void;

/** What the compiler looks names up in. */
export interface Known {
  readonly components: ReadonlyMap<string, Component>;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly features: ReadonlyMap<string, FeatureData>;
}

export interface LoadedCatalog {
  /** What is sound; a page with problems is left out. */
  readonly data: CatalogData;
  readonly problems: readonly CatalogProblem[];
}

/** Compiles the files in order, on top of `base` if there is one. */
export function loadCatalog(files: readonly ParsedFile[], base?: CatalogData): LoadedCatalog {
  const problems: CatalogProblem[] = [];
  const sound: { name: string; file: CatalogFile }[] = [];
  for (const { name, data } of files) {
    const read = v.safeParse(catalogFile, data ?? {});
    if (Array.isArray(data)) problems.push({ file: name, path: '', message: 'a catalog file is a mapping, not a list' });
    else if (read.success) sound.push({ name, file: read.output });
    else for (const issue of read.issues) problems.push({ file: name, path: pathText(issue.path), message: issueText(issue) });
  }

  const reporter = (file: string): Report => (path, message) => problems.push({ file, path, message });
  const known = {
    components: new Map((base?.components ?? []).map((each) => [each.id, each])),
    workloads: new Map((base?.workloads ?? []).map((each) => [each.id, each])),
    features: new Map((base?.features ?? []).map((each) => [each.id, each])),
  };
  for (const { name, file } of sound) {
    const report = reporter(name);
    add(known.components, file.components, 'components', report);
    add(known.workloads, file.workloads, 'workloads', report);
    add(known.features, file.features, 'features', report);
  }
  for (const { name, file } of sound) {
    file.components.forEach(({ sameMachineAs }, index) => {
      sameMachineAs.forEach((other, at) => {
        if (!known.components.has(other)) reporter(name)(`components[${index}].sameMachineAs[${at}]`, `unknown component "${other}"`);
      });
    });
  }

  const pages = [...(base?.pages ?? [])];
  for (const { name, file } of sound) {
    file.pages.forEach((source, index) => {
      const path = `pages[${index}]`;
      if (pages.some((page) => page.url === source.url)) reporter(name)(`${path}.url`, `${source.url} is already in the catalog`);
      const page: PageData | undefined = compilePage(source, path, known, reporter(name));
      if (page) pages.push(page);
    });
  }
  const order = [...known.workloads.keys()];
  pages.sort((a, b) => order.indexOf(a.workload) - order.indexOf(b.workload));
  return {
    data: {
      components: bothWays([...known.components.values()]),
      workloads: [...known.workloads.values()],
      features: [...known.features.values()],
      pages,
    },
    problems,
  };
}

function add<T extends { readonly id: string }>(all: Map<string, T>, entries: readonly T[], path: string, report: Report): void {
  entries.forEach((entry, index) => {
    if (all.has(entry.id)) report(`${path}[${index}].id`, `"${entry.id}" is already in the catalog`);
    else all.set(entry.id, entry);
  });
}

/** "May be the same machine" is written at one of the two and holds for both. */
function bothWays(components: readonly Component[]): Component[] {
  return components.map((component) => {
    const others = components.filter((other) => other.sameMachineAs.includes(component.id)).map((other) => other.id);
    return { ...component, sameMachineAs: [...new Set([...component.sameMachineAs, ...others])] };
  });
}

function pathText(path: readonly { readonly key: unknown }[] | undefined): string {
  return (path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('').replace(/^\./, '');
}

function issueText({ message, type, expected, received }: v.BaseIssue<unknown>): string {
  if (type === 'strict_object') return expected === 'never' ? 'this key is not known here' : `the key ${expected} is missing`;
  return message.startsWith('Invalid ') ? `${received} where ${expected ?? 'something else'} belongs` : message;
}
