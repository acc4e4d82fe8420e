/** What the commands share: how one is added to the program, how it ends, and how options are read. */
import { type Command, Option } from 'commander';
import { readRevision } from '../catalog/catalog.ts';
import { builtinCatalog } from '../catalog/builtin.ts';
import { type Named, closest, resolveName } from '../catalog/names.ts';
import type { CatalogView } from '../catalog/view.ts';
import { DIALECTS, dialectById } from '../dialects/registry.ts';
import { ToolError } from './output.ts';

/** 0: nothing found · 1: findings · 2: usage, or input that cannot be read. */
export type Exit = 0 | 1 | 2;

/** Adds a command to the program; the command calls `finish` with its exit code. */
export type Register = (program: Command, finish: (exit: Exit) => void) => void;

/** A day after every revision: what `--revision latest` asks for, whatever the file says. */
const LATEST = '9999-12-31';

export function revisionOption(): Option {
  return new Option('--revision <date>', 'the catalog as documented on that day, or latest').argParser((text: string): string => {
    const read = readRevision(text);
    if (!read) throw new ToolError(`--revision “${text}” is not a day such as 2026-02-12, nor latest`);
    return read.date ?? LATEST;
  });
}

/** Understood and refused, since a deployment file that is passed over would turn the verdicts wrong. */
export function deploymentOption(): Option {
  return new Option('--deployment <file>').hideHelp().argParser((): never => {
    throw new ToolError('--deployment is not available yet; write directives into the rule file instead');
  });
}

export function formatOption<T extends string>(formats: readonly [T, ...T[]]): Option {
  const [first] = formats;
  const named = `${formats.slice(0, -1).join(', ')} or ${formats.at(-1) ?? ''}`;
  return new Option('--format <format>', named).default(first).argParser((text: string): T => {
    const format = formats.find((f) => f === text);
    if (format === undefined) throw new ToolError(`--format ${text} is not known; this command has ${named}`);
    return format;
  });
}

export function dialectOption(): Option {
  return new Option('--dialect <dialect>', `the files' dialect: ${DIALECTS.map((d) => d.id).join(' or ')}`).argParser((text: string): string => {
    const dialect = dialectById(text);
    if (dialect) return dialect.id;
    const ids = DIALECTS.map((d) => d.id);
    throw new ToolError(`--dialect “${text}” is not known${suggestion(closest(text, ids), ids)}`);
  });
}

/** A list that commas separate; the option may be repeated. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: readonly string[] | undefined): readonly string[] => [
    ...(before ?? []),
    ...text.split(',').map((word) => word.trim()).filter((word) => word !== ''),
  ]);
}

export function guardsOption(): Option {
  return listOption('--guards <components>', 'what the policies protect, ids separated by commas; stands above directives');
}

export function useOption(): Option {
  return listOption('--use <workloads>', 'whose flows are required, ids separated by commas; stands above directives');
}

export function catalogAt(revision: string | undefined): CatalogView {
  return builtinCatalog().at(revision);
}

export function componentIds(words: readonly string[], catalog: CatalogView): string[] {
  return words.map((word) => idOf(word, 'component', [...catalog.components.values()]));
}

export function workloadIds(words: readonly string[], catalog: CatalogView): string[] {
  return words.map((word) => idOf(word, 'workload', [...catalog.workloads.values()]));
}

/** @throws {ToolError} with the nearest ids if the name is not known or not clear. */
function idOf(word: string, kind: 'component' | 'workload', all: readonly Named[]): string {
  const found = resolveName(word, all);
  if (found.kind === 'found') return found.id;
  if (found.kind === 'ambiguous') throw new ToolError(`“${word}” may be ${found.ids.join(' or ')}; write the id`);
  throw new ToolError(`the catalog has no ${kind} “${word}”${suggestion(found.nearest, kind === 'workload' ? all.map((w) => w.id) : [])}`);
}

/** The nearest words, or if there are none all that could be meant. */
export function suggestion(nearest: readonly string[], all: readonly string[]): string {
  if (nearest.length > 0) return `; did you mean ${nearest.join(' or ')}?`;
  return all.length > 0 ? `; it is one of ${all.join(', ')}` : '';
}
