/** Judges of reports that others wrote: SARIF's schema, an XML parser that takes nothing ill-formed, GitHub's runner's way to read a line. */
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import Ajv from 'ajv';
import draft04 from 'ajv/lib/refs/json-schema-draft-04.json';
import type { Log } from 'sarif';
import { SaxesParser } from 'saxes';
import { expect } from 'vitest';

const ajv = new Ajv({ schemaId: 'auto', allErrors: true });
ajv.addMetaSchema(draft04);
const validate = ajv.compile(schema);

/** The log, after SARIF's schema has passed it. */
export function sarifLog(text: string): Log {
  const log = JSON.parse(text) as Log;
  void validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log;
}

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** The root of a well-formed document. @throws at the first thing that XML forbids. */
export function xmlRoot(text: string): Element {
  const parser = new SaxesParser();
  const open: Element[] = [{ name: '', attributes: {}, children: [], text: '' }];
  const top = (): Element => open.at(-1) as Element;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' };
    top().children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (words) => void (top().text += words));
  parser.write(text).close();
  const [root] = top().children;
  if (!root) throw new Error('an empty document');
  return root;
}

export const every = (root: Element, name: string): Element[] => root.children.flatMap((child) => [...(child.name === name ? [child] : []), ...every(child, name)]);

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** A workflow command as actions/runner reads it (ActionCommand.TryParseV2); undefined for another line. */
export function workflowCommand(line: string): Command | undefined {
  const match = /^\s*::([\w-]+)(?: ([^]*?))?::([^]*)$/.exec(line);
  if (!match) return undefined;
  const [, name = '', properties = '', message = ''] = match;
  const unescape = (text: string): string => text.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%25/g, '%');
  const pairs = properties.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))] as const);
  return { name, properties: Object.fromEntries(pairs), message: unescape(message) };
}
