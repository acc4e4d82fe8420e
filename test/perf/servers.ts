/** Start, keystrokes and memory of the language server beside the JSON server's, in one run, turn by turn. */
import { readFileSync } from 'node:fs';
import { Client, PULLING } from '../protocol/client.ts';
import { type Link, overStdio } from '../protocol/transports.ts';
import { median, row, table } from './numbers.ts';
import { FOLDER, bareServer, jsonServer } from './peers.ts';
import { jsonLike, middleOf, workerNft } from './texts.ts';

interface Competitor {
  readonly name: string;
  connect(): Link;
  readonly languageId: string;
  readonly uri: string;
  text(rules: number): string;
  /** What stands before the place where a digit is typed. */
  readonly typedAfter: RegExp;
}

const json = jsonServer();
const bare = bareServer();

const OURS: Competitor = { name: 'veeam-ports', connect: () => overStdio(`${FOLDER}veeam-ports-language-server.js`), languageId: 'nftables', uri: 'file:///perf/worker.nft', text: (rules) => workerNft(rules), typedAfter: /dport \d/ };
const UNDECLARED: Competitor = { ...OURS, name: 'veeam-ports, peers without addresses', text: (rules) => workerNft(rules, false) };
const JSON_SERVER: Competitor = { name: 'json', connect: () => overStdio(json), languageId: 'json', uri: 'file:///perf/rules.json', text: (rules) => jsonLike(workerNft(rules), rules), typedAfter: /"dport": \d/ };
const BARE: Competitor = { ...OURS, name: 'library alone', connect: () => overStdio(bare) };

const STARTS = 7;
const KEYSTROKES = 31;
const WARM_UP = 5;
const REQUESTS = 9;

const start = (one: Competitor): Promise<Client> => Client.start({ name: one.name, connect: () => one.connect() }, { capabilities: PULLING, settings: {} });

/** Milliseconds from the process's start to the answer of `initialize`, and to the first diagnostics of a file of 1,000 rules. */
async function startUp(one: Competitor): Promise<{ initialized: number; diagnosed: number }> {
  const text = one.text(1000);
  const began = performance.now();
  const client = await start(one);
  const initialized = performance.now() - began;
  await client.open(one.uri, text, one.languageId);
  await client.pull(one.uri);
  const diagnosed = performance.now() - began;
  client.link.kill();
  return { initialized, diagnosed };
}

/** Resident megabytes of a process (Linux). */
function memory(pid: number | undefined): number {
  const found = /VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  return Number(found?.[1]) / 1024;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function medianOf(count: number, work: () => Promise<number>): Promise<number> {
  const all = [];
  for (let n = 0; n < count; n++) all.push(await work());
  return median(all);
}

class Typist {
  private typed = false;

  private constructor(
    readonly client: Client,
    private readonly one: Competitor,
    private readonly place: { line: number; character: number },
  ) {}

  static async open(one: Competitor, rules: number): Promise<Typist> {
    const client = await start(one);
    const text = one.text(rules);
    await client.open(one.uri, text, one.languageId);
    await client.pull(one.uri);
    return new Typist(client, one, middleOf(text, one.typedAfter));
  }

  /** Types a digit, or takes it back; milliseconds until the diagnostics of the new text are there. */
  async keystroke(): Promise<number> {
    const { line, character } = this.place;
    const end = { line, character: character + (this.typed ? 1 : 0) };
    const change = { range: { start: this.place, end }, text: this.typed ? '' : '1' };
    this.typed = !this.typed;
    return timed(async () => {
      await this.client.change(this.one.uri, change);
      await this.client.pull(this.one.uri);
    });
  }

  /** Milliseconds that a hover over the port takes. */
  hover(): Promise<number> {
    return timed(() => this.client.hover(this.one.uri, this.place));
  }

  /** Milliseconds that the completion of `veeam` on a line of its own takes. */
  async completion(): Promise<number> {
    const start = { line: this.place.line, character: 0 };
    await this.client.change(this.one.uri, { range: { start, end: start }, text: '        veeam\n' });
    await this.client.pull(this.one.uri);
    const time = await timed(() => this.client.completions(this.one.uri, { line: start.line, character: 13 }));
    await this.client.change(this.one.uri, { range: { start, end: { line: start.line + 1, character: 0 } }, text: '' });
    await this.client.pull(this.one.uri);
    return time;
  }
}

async function keystrokes(competitors: readonly Competitor[], rules: number): Promise<{ times: number[]; memory: number; hover: number | undefined; completion: number | undefined }[]> {
  const typists = [];
  for (const one of competitors) typists.push(await Typist.open(one, rules));
  const times: number[][] = competitors.map(() => []);
  for (let round = -WARM_UP; round < KEYSTROKES; round++) {
    for (const [i, typist] of typists.entries()) {
      const time = await typist.keystroke();
      if (round >= 0) times[i]?.push(time);
    }
  }
  const results: Awaited<ReturnType<typeof keystrokes>> = [];
  for (const [i, typist] of typists.entries()) {
    const resident = memory(typist.client.link.pid);
    const ours = competitors[i]?.languageId === OURS.languageId;
    const hover = ours ? await medianOf(REQUESTS, () => typist.hover()) : undefined;
    const completion = ours ? await medianOf(REQUESTS, () => typist.completion()) : undefined;
    results.push({ times: times[i] ?? [], memory: resident, hover, completion });
    typist.client.link.kill();
  }
  return results;
}

export async function servers(): Promise<string> {
  const lines: string[][] = [];
  const started: Record<string, { initialized: number[]; diagnosed: number[] }> = {};
  for (let round = 0; round < STARTS; round++) {
    for (const one of [BARE, OURS, JSON_SERVER]) {
      const { initialized, diagnosed } = await startUp(one);
      const known = (started[one.name] ??= { initialized: [], diagnosed: [] });
      known.initialized.push(initialized);
      known.diagnosed.push(diagnosed);
    }
  }
  const [library, ours, theirs] = [BARE, OURS, JSON_SERVER].map(({ name }) => ({ initialized: median(started[name]?.initialized ?? []), diagnosed: median(started[name]?.diagnosed ?? []) }));
  lines.push(row('start to initialize, ms', ours?.initialized, theirs?.initialized, `library alone ${(library?.initialized ?? 0).toFixed(0)}`));
  lines.push(row('start to first diagnostics (1,000 rules), ms', ours?.diagnosed, theirs?.diagnosed, `library alone ${(library?.diagnosed ?? 0).toFixed(0)}`));
  for (const rules of [1000, 10_000, 50_000]) {
    const [mine, open, peer] = await keystrokes(rules > 10_000 ? [OURS] : [OURS, UNDECLARED, JSON_SERVER], rules);
    const label = rules.toLocaleString('en');
    lines.push(row(`keystroke to diagnostics (${label} rules), ms`, median(mine?.times ?? []), peer && median(peer.times), open ? `peers without addresses ${median(open.times).toFixed(1)}` : ''));
    lines.push(row(`memory (${label} rules), MB`, mine?.memory, peer?.memory, ''));
    lines.push(row(`hover (${label} rules), ms`, mine?.hover, undefined, ''));
    lines.push(row(`completion (${label} rules), ms`, mine?.completion, undefined, ''));
  }
  return table(['what', 'veeam-ports', 'JSON server', 'ratio', 'beside'], lines);
}
