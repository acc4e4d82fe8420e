/** What a catalog file may hold, before its names are looked up. Built-in files and a site's own share it. */
import * as v from 'valibot';

const id = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'an id is lower-case words joined by hyphens'));
const line = v.pipe(v.string(), v.nonEmpty('must not be empty'), v.regex(/^[^\n\r]*$/, 'must be one line'));
const date = v.pipe(v.string(), v.isoDate('a date is written 2026-02-12'));
const need = v.pipe(v.string(), v.regex(/^(?:not +)?[a-z0-9]+(?:-[a-z0-9]+)*$/, 'write a feature id, or "not" and a feature id'));

const standing = { since: v.optional(date), until: v.optional(date) };
const end = v.union([id, v.strictObject({ component: id, when: v.array(need) })], 'a component id, or component and when');
const ends = v.union(
  [end, v.pipe(v.array(end), v.minLength(1)), v.strictObject({ anyOf: v.pipe(v.array(end), v.minLength(2)) })],
  'a component, a list of components, or anyOf with alternatives',
);

const component = v.strictObject({
  id,
  name: line,
  aliases: v.optional(v.array(line), []),
  kind: v.picklist(['veeam', 'hypervisor', 'workload', 'external']),
  sameMachineAs: v.optional(v.array(id), []),
  hostNames: v.optional(v.array(line), []),
  hint: v.optional(line),
});

const workload = v.strictObject({ id, name: line, aliases: v.optional(v.array(line), []) });

const feature = v.strictObject({
  id,
  name: line,
  on: line,
  off: v.optional(line),
  phrases: v.optional(v.strictObject({ on: v.optional(v.array(line), []), off: v.optional(v.array(line), []) }), {}),
});

const row = v.strictObject({
  from: ends,
  to: ends,
  protocol: line,
  port: v.union([v.pipe(v.number(), v.integer('a port is a whole number')), line], 'a port or a port expression'),
  when: v.optional(v.array(need), []),
  whenPort: v.optional(v.record(v.string(), v.array(need)), {}),
  openedBy: v.optional(v.picklist(['installer', 'session'])),
  sourcePorts: v.optional(line),
  purpose: v.pipe(line, v.notValue('TODO', 'is still to be written')),
  history: v.optional(line),
  ...standing,
});

const section = v.strictObject({
  heading: line,
  when: v.optional(v.array(need), []),
  sourcePorts: v.optional(line),
  rows: v.array(row),
});

const page = v.strictObject({
  url: v.pipe(v.string(), v.regex(/^https?:\/\/[^\s?#]+$/, 'an http or https address without query and fragment')),
  title: line,
  workload: id,
  revisions: v.pipe(v.array(v.strictObject({ date, build: line })), v.minLength(1)),
  names: v.optional(v.array(v.strictObject({ component: id, name: line, ...standing })), []),
  sections: v.array(section),
});

/** One catalog file; every part is optional. */
export const catalogFile = v.strictObject({
  components: v.optional(v.array(component), []),
  workloads: v.optional(v.array(workload), []),
  features: v.optional(v.array(feature), []),
  pages: v.optional(v.array(page), []),
});

export type CatalogFile = v.InferOutput<typeof catalogFile>;
export type PageSource = CatalogFile['pages'][number];
export type SectionSource = PageSource['sections'][number];
export type RowSource = SectionSource['rows'][number];
export type EndSource = v.InferOutput<typeof end>;
export type EndsSource = v.InferOutput<typeof ends>;
