// The Linux kernel as a judge: loads a rule set into a private network namespace, injects packets, reads which came out.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { addressValue, parsePrefix } from './address.ts';
import { type Packet, packetBytes } from './packets.ts';

/** What reads the rule text: libnftables, an `*-restore` program, or `sh -eu`. */
export type Loader = 'nft' | 'iptables' | 'ip6tables' | 'iptables-legacy' | 'ip6tables-legacy' | 'shell';

export interface Interface {
  readonly name: string;
  /** With prefix length. */
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
}

const INTERFACES: readonly Interface[] = [
  { name: 'eth0', addresses: ['10.0.0.1/24', 'fd00::1/64'], routes: ['0.0.0.0/0', '::/0'] },
  { name: 'eth1', addresses: ['192.168.1.1/24', 'fd00:1::1/64'], routes: ['192.168.0.0/16', 'fd00:1::/32'] },
];

/** `sourcePort` left out: the oracle takes one that no other probe of the batch has. */
export type Probe = Omit<Packet, 'sourcePort'> & { readonly sourcePort?: number };

/** One rule (or policy) that a packet met. `tag` is the rule's comment. */
export interface Step {
  readonly table: string;
  readonly chain: string;
  readonly type: 'rule' | 'policy' | 'return';
  readonly verdict: string;
  readonly tag?: string;
}

export interface KernelVerdict {
  readonly verdict: 'accept' | 'drop';
  /** The answer's verdict, where the request was accepted and answers were asked for. */
  readonly answer?: 'accept' | 'drop';
  /** The kernel's trace, where asked for and the tables are nf_tables ones. */
  readonly steps?: readonly Step[];
}

export interface LoadOptions {
  /** Files that the text includes, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Shell commands that make what the text needs and does not make itself (ipsets). */
  readonly before?: string;
}

export interface ProbeOptions {
  readonly answers?: boolean;
  readonly traced?: boolean;
}

interface Loaded {
  readonly ok: boolean;
  readonly error: string;
  readonly ms: number;
}

type TraceRecord = readonly [family: number, table: string, chain: string, type: Step['type'], handle: number, verdict: string];

interface Passed {
  readonly s0?: readonly number[];
  readonly s1?: readonly number[];
  readonly f0?: readonly number[];
  readonly f1: readonly number[];
  readonly errors: Readonly<Record<string, number>>;
  readonly trace?: Readonly<Record<string, readonly TraceRecord[]>>;
  readonly rules?: string;
  readonly saved?: Readonly<Record<string, string>>;
}

/** The reason why the kernel cannot be asked here, or undefined if it can. */
export function kernelMissing(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  for (const tool of ['nft', 'iptables-restore', 'ip6tables-restore', 'ipset', 'ip', '/usr/bin/python3'])
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) return `${tool} is not installed`;
  return undefined;
}

const FIRST_PORT = 33000;
const LAST_PORT = 60900;
const MOST_PROBES = 60000;
const FAMILY_NAMES: Readonly<Record<number, string>> = { 1: 'inet', 2: 'ip', 10: 'ip6' };

export class KernelOracle {
  private readonly waiting: ((line: string) => void)[] = [];
  private macs: Buffer[][] = [];
  private nextPort = FIRST_PORT;
  private readonly routes: { first: bigint; last: bigint; length: number; family: number; port: number }[] = [];
  private readonly own: ReadonlySet<string>;

  private constructor(
    private readonly daemon: ChildProcess,
    private readonly interfaces: readonly Interface[],
  ) {
    this.own = new Set(interfaces.flatMap(i => i.addresses.map(a => a.split('/')[0] ?? '')));
    interfaces.forEach((i, port) => {
      for (const route of [...i.routes, ...i.addresses]) this.routes.push({ ...parsePrefix(route), port });
    });
    this.routes.sort((a, b) => b.length - a.length);
  }

  static async start(interfaces: readonly Interface[] = INTERFACES): Promise<KernelOracle> {
    const daemon = spawn('/usr/bin/python3', [fileURLToPath(new URL('oracled.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
    const oracle = new KernelOracle(daemon, interfaces);
    createInterface({ input: daemon.stdout }).on('line', line => oracle.waiting.shift()?.(line));
    daemon.on('exit', () => {
      for (const answer of oracle.waiting.splice(0)) answer('{"failure":"the oracle daemon ended"}');
    });
    const { macs } = await oracle.call<{ macs: string[][] }>({ op: 'setup', interfaces });
    oracle.macs = macs.map(pair => pair.map(mac => Buffer.from(mac.replaceAll(':', ''), 'hex')));
    return oracle;
  }

  stop(): void {
    this.daemon.stdin?.end();
  }

  /** Replaces whatever rule set was there. A text that does not load leaves none. */
  load(loader: Loader, text: string, options: LoadOptions = {}): Promise<Loaded> {
    return this.call({ op: 'load', kind: loader, text, files: options.files ?? null, before: options.before ?? '' });
  }

  /** `nft -c`. */
  check(text: string, files?: Readonly<Record<string, string>>): Promise<{ ok: boolean; error: string }> {
    return this.call({ op: 'check', text, files: files ?? null });
  }

  /**
   * Verdicts in the order of the probes. Connections are forgotten first.
   * @throws if a packet got lost outside the rule set: a harness failure is never a verdict.
   */
  async probe(probes: readonly Probe[], options: ProbeOptions = {}): Promise<KernelVerdict[]> {
    if (probes.length > MOST_PROBES) throw new Error(`at most ${MOST_PROBES} probes at once`);
    await this.call({ op: 'forget' });
    const packets = probes.map(probe => ({ ...probe, sourcePort: probe.sourcePort ?? this.freePort() }));
    const requests = await this.pass(packets.map((packet, i) => ({ packet, number: i + 1 })), false, options.traced ?? false);
    const accepted = new Set(requests.f1);
    const tags = requests.rules === undefined ? undefined : tagsByHandle(requests.rules, requests.saved);
    const verdicts: { -readonly [K in keyof KernelVerdict]: KernelVerdict[K] }[] = packets.map((_, i) => ({
      verdict: accepted.has(i + 1) ? 'accept' : 'drop',
      ...(tags && { steps: (requests.trace?.[String(i + 1)] ?? []).map(record => step(record, tags)) }),
    }));
    if (!options.answers) return verdicts;
    const answered = packets.map((packet, i) => ({ packet, number: i + 1 })).filter(({ number }) => accepted.has(number));
    if (answered.length === 0) return verdicts;
    const answers = new Set((await this.pass(answered, true, false)).f1);
    for (const { number } of answered) {
      const verdict = verdicts[number - 1];
      if (verdict) verdict.answer = answers.has(number) ? 'accept' : 'drop';
    }
    return verdicts;
  }

  isOwn(address: string): boolean {
    return this.own.has(address);
  }

  /** The interface by which an address is reached. */
  interfaceOf(address: string): string {
    return this.interfaces[this.portOf(address)]?.name ?? '';
  }

  private freePort(): number {
    this.nextPort = this.nextPort >= LAST_PORT ? FIRST_PORT : this.nextPort + 1;
    return this.nextPort;
  }

  private portOf(address: string): number {
    const value = addressValue(address);
    const family = address.includes(':') ? 6 : 4;
    const route = this.routes.find(r => r.family === family && r.first <= value && value <= r.last);
    if (!route) throw new Error(`no interface reaches ${address}`);
    return route.port;
  }

  private frame(packet: Packet, number: number, answer: boolean): Buffer[] {
    const bytes = packetBytes(packet, number, answer);
    const from = answer ? packet.to : packet.from;
    const six = from.includes(':');
    if (this.isOwn(from)) return [Buffer.from([six ? 2 : 1, 0, bytes.length >> 8, bytes.length & 255]), bytes];
    const port = this.portOf(from);
    const length = bytes.length + 14;
    return [Buffer.from([0, port, length >> 8, length & 255]), ...(this.macs[port] ?? []), Buffer.from(six ? [0x86, 0xdd] : [8, 0]), bytes];
  }

  private async pass(list: readonly { packet: Packet; number: number }[], answer: boolean, traced: boolean): Promise<Passed> {
    const frames = Buffer.concat(list.flatMap(({ packet, number }) => this.frame(packet, number, answer))).toString('base64');
    const passed = await this.call<Passed>({ op: 'probe', frames, count: list.length, traced });
    const at = (point?: readonly number[]) => (point ? new Set(point) : undefined);
    const [sent, routable, routed] = [at(passed.s0), at(passed.s1), at(passed.f0)];
    for (const { packet, number } of list) {
      if (sent && !sent.has(number)) throw new Error(`packet lost before the rule set: ${JSON.stringify(packet)} ${JSON.stringify(passed.errors)}`);
      if (routed && !routed.has(number) && (!routable || routable.has(number))) throw new Error(`packet not routed: ${JSON.stringify(packet)}`);
    }
    return passed;
  }

  private call<T>(query: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push(line => {
        const answer = JSON.parse(line) as T & { failure?: string };
        if (answer.failure === undefined) resolve(answer);
        else reject(new Error(answer.failure));
      });
      this.daemon.stdin?.write(`${JSON.stringify(query)}\n`);
    });
  }
}

/** `family table handle` → comment. nft lists handles; the comments of iptables' rules come from iptables-save, in the same order. */
function tagsByHandle(listing: string, saved: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> {
  const comments = new Map(Object.entries(saved).flatMap(([family, text]) => savedComments(family, text)));
  const tags = new Map<string, string>();
  let table = '';
  let chain = '';
  for (const line of listing.split('\n')) {
    table = /^table (\S+ \S+)/.exec(line)?.[1] ?? table;
    chain = /^\tchain (\S+)/.exec(line)?.[1] ?? chain;
    const handle = /^\t\t.* # handle (\d+)$/.exec(line)?.[1];
    if (handle === undefined) continue;
    const tag = comments.get(`${table} ${chain}`)?.shift() ?? /comment "([^"]*)"/.exec(line)?.[1];
    if (tag !== undefined) tags.set(`${table} ${handle}`, tag);
  }
  return tags;
}

function savedComments(family: string, text: string): [string, string[]][] {
  const chains = new Map<string, string[]>();
  let table = '';
  for (const line of text.split('\n')) {
    table = /^\*(\S+)/.exec(line)?.[1] ?? table;
    const chain = /^-A (\S+)/.exec(line)?.[1];
    if (chain === undefined) continue;
    const name = `${family} ${table} ${chain}`;
    const comments = chains.get(name) ?? [];
    chains.set(name, comments);
    comments.push(/--comment "?([^" ]*)/.exec(line)?.[1] ?? '');
  }
  return [...chains];
}

function step([family, table, chain, type, handle, verdict]: TraceRecord, tags: ReadonlyMap<string, string>): Step {
  const name = `${FAMILY_NAMES[family] ?? family} ${table}`;
  const tag = type === 'rule' ? tags.get(`${name} ${handle}`) : undefined;
  return { table: name, chain, type, verdict, ...(tag !== undefined && { tag }) };
}
