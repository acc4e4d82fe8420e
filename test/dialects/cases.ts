/**
 * Cases of a dialect as files: `test/dialects/<id>/<item>/<file>` with the expected verdicts in comments, one packet a line:
 *
 *     # want: accept in tcp 10.1.1.1 -> 10.0.0.1:443 sport 4000 iif eth0
 *     # want: drop out icmp 10.0.0.1 -> 10.1.1.1 type 8 code 0
 *     # want: undecided transit udp 10.1.1.1 -> 192.168.1.9:53 state established
 *
 * `# problems: N` says how many syntax problems the file has (none if it says nothing), `# kernel: no` that the kernel is not
 * to be asked about it (half-typed text, a set that is not in sight). Files of the folder may include each other.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../server/src/core/addresses.ts';
import { pathsOf } from '../../server/src/engine/paths.ts';
import { tracePath } from '../../server/src/engine/trace.ts';
import type { ReadContext } from '../../server/src/dialects/dialect.ts';
import { dialectById } from '../../server/src/dialects/registry.ts';
import { protocolNumber } from '../../server/src/families/netfilter/protocols.ts';
import type { Direction } from '../../server/src/model/policy.ts';
import type { Reading } from '../../server/src/model/reading.ts';

interface Want {
  readonly line: number;
  readonly text: string;
  readonly verdict: 'accept' | 'drop' | 'undecided' | 'mixed';
  readonly direction: Direction;
  readonly protocol: number;
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly sourcePort?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly state: 'new' | 'established';
  readonly inInterface?: string;
  readonly outInterface?: string;
}

export interface Case {
  /** `folder/file` under the dialect's folder. */
  readonly name: string;
  readonly text: string;
  readonly wants: readonly Want[];
  readonly problems: number;
  readonly kernel: boolean;
  /** The other files of the folder, by name. */
  readonly files: Readonly<Record<string, string>>;
}

const WANT = /(?:#|\/\/|!|remark)\s*want: (\w+) (in|out|transit) (\S+) (\S+) -> (\S+)(.*)$/;

function wantOf(line: string, number: number): Want | undefined {
  const found = WANT.exec(line);
  if (!found) {
    if (/want:/.test(line)) throw new Error(`line ${number}: this want is not understood: ${line}`);
    return undefined;
  }
  const [, verdict, direction, protocol = '', from = '', target = '', rest = ''] = found;
  const { to, port } = endOf(target);
  const number_ = protocolNumber(protocol);
  if (number_ === undefined) throw new Error(`line ${number}: no protocol: ${protocol}`);
  const option = (name: string): string | undefined => new RegExp(`\\b${name} (\\S+)`).exec(rest)?.[1];
  const numeric = (name: string): number | undefined => (option(name) === undefined ? undefined : Number(option(name)));
  return {
    line: number, text: line.trim(), verdict: verdict as Want['verdict'], direction: direction as Direction, protocol: number_, from, to, port: port === undefined ? undefined : Number(port),
    sourcePort: numeric('sport'), icmpType: numeric('type'), icmpCode: numeric('code'), state: option('state') === 'established' ? 'established' : 'new', inInterface: option('iif'), outInterface: option('oif'),
  };
}

/** `10.0.0.1:443`, `[fd00::1]:443`, or an address alone. */
function endOf(target: string): { to: string; port: string | undefined } {
  const found = /^\[([^\]]+)\](?::(\d+))?$/.exec(target) ?? /^([\d.]+)(?::(\d+))?$/.exec(target);
  return found ? { to: found[1] as string, port: found[2] } : { to: target, port: undefined };
}

export function casesOf(dialect: string): Case[] {
  const root = new URL(`./${dialect}/`, import.meta.url).pathname;
  return readdirSync(root, { withFileTypes: true }).filter((d) => d.isDirectory()).flatMap(({ name: folder }) => {
    const names = readdirSync(join(root, folder));
    const texts = Object.fromEntries(names.map((name) => [name, readFileSync(join(root, folder, name), 'utf8')]));
    return names.flatMap((name): Case[] => {
      const text = texts[name] as string;
      const lines = text.split(/\r\n|\n|\r/);
      const wants = lines.flatMap((line, i) => wantOf(line, i + 1) ?? []);
      if (wants.length === 0) return [];
      const files = Object.fromEntries(Object.entries(texts).filter(([other]) => other !== name));
      return [{ name: `${folder}/${name}`, text, wants, files, problems: Number(/problems: (\d+)/.exec(text)?.[1] ?? 0), kernel: !/kernel: no\b/.test(text) }];
    });
  });
}

const FOLDER = 'file:///case/';

export function readCase(dialect: string, { text, files }: Pick<Case, 'text' | 'files'>): Reading {
  const found = dialectById(dialect);
  if (!found) throw new Error(`no dialect ${dialect}`);
  const context: ReadContext = {
    uri: `${FOLDER}main`,
    include: (path) => {
      const pattern = new RegExp(`^${path.replace(/^\.\//, '').replace(/[.+^$()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`);
      const names = Object.keys(files).filter((name) => pattern.test(name)).sort();
      return names.length === 0 && !path.includes('*') ? undefined : names.map((name) => ({ uri: FOLDER + name, text: files[name] as string }));
    },
  };
  return found.createReader().read(text, context);
}

/** The verdict of the path that the packet takes; accepted where no policy lies on it. */
export function verdictOf(reading: Reading, want: Want): string {
  const path = pathsOf(reading.fragments.map((f) => f.policy)).find((p) => p.direction === want.direction);
  if (!path) return 'accept';
  const from = parseAddress(want.from);
  const to = parseAddress(want.to);
  if (!from || !to) throw new Error(`line ${want.line}: an address is not understood`);
  const { verdict } = tracePath(path, { ...want, family: from.family, from: from.value, to: to.value }, { components: new Map(), interfaces: new Map() });
  return verdict;
}

/** One test per file: all its packets, and the number of its syntax problems. */
export function testCases(dialect: string): void {
  describe(`${dialect} cases`, () => {
    for (const one of casesOf(dialect)) {
      it(one.name, () => {
        const reading = readCase(dialect, one);
        const got = one.wants.map((w) => `${w.line}: ${w.text.replace(/want: \w+/, `want: ${verdictOf(reading, w)}`)}`);
        expect(got).toEqual(one.wants.map((w) => `${w.line}: ${w.text}`));
        expect(reading.problems.length, JSON.stringify(reading.problems)).toBe(one.problems);
      });
    }
  });
}
