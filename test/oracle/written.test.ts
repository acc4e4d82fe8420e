// What the dialects write, loaded into the kernel: each flow of the catalog is let through by its rule, and no other packet fares otherwise than before.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import { type Fix, fixFlow, fixPolicy, fixableFlows } from '../../server/src/features/fixes.ts';
import type { Flow } from '../../server/src/model/flow.ts';
import { createLanguageService } from '../../server/src/service.ts';
import { applyChanges } from '../../server/src/text/changes.ts';
import { casesOf } from '../dialects/cases.ts';
import { place } from '../cli/tool.ts';
import type { AddressRange } from './address.ts';
import { Random } from './generate/random.ts';
import { KernelOracle, type Loader, type Probe, kernelMissing } from './kernel.ts';
import type { Dialect, Direction } from './ruleSet.ts';
import { type Traffic, aroundProbes, changes, described, neededProbes, passing, rangesOf, trafficOf } from './traffic.ts';

const missing = kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`the kernel cannot judge here: ${missing}`);

const AROUND = 60;
const OWN: Readonly<Record<4 | 6, string>> = { 4: '10.0.0.1', 6: 'fd00::1' };
const DIRECTIONS: readonly Direction[] = ['in', 'out', 'transit'];
const DIALECTS: readonly Dialect[] = ['nftables', 'iptables'];

const catalog = builtinCatalog().at();
const FLOWS = catalog.flows.filter((flow) => !flow.self);

interface Base {
  readonly name: string;
  readonly loader: Loader;
  readonly families: readonly (4 | 6)[];
  readonly text: string;
}

/** Files that let no flow pass, each in another manner of writing. */
const BASES: Readonly<Record<Dialect, readonly Base[]>> = {
  nftables: [
    { name: 'inet.nft', loader: 'nft', families: [4, 6], text: `table inet filter {\n${['input', 'forward', 'output'].map((hook) => `\tchain ${hook} {\n\t\ttype filter hook ${hook} priority filter; policy drop;\n\t\tct state established,related accept\n\t\ttcp dport 9 accept comment "discard"\n\t}\n`).join('')}}\n` },
    { name: 'stateless.nft', loader: 'nft', families: [4, 6], text: `table inet filter {\n${['input', 'forward', 'output'].map((hook) => `  chain ${hook} { type filter hook ${hook} priority 0; policy accept; tcp dport 9 accept; meta l4proto { tcp, udp } drop; }\n`).join('')}}\n` },
    { name: 'commands.nft', loader: 'nft', families: [4], text: `add table ip f\n${['input', 'forward', 'output'].map((hook) => `add chain ip f ${hook} { type filter hook ${hook} priority 0; policy drop; }\nadd rule ip f ${hook} ct state { established, related } accept\nadd rule ip f ${hook} ip saddr 10.1.0.0/16 reject\n`).join('')}` },
  ],
  iptables: [
    { name: 'rules.v4', loader: 'iptables', families: [4], text: `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n${['INPUT', 'FORWARD', 'OUTPUT'].map((chain) => `-A ${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A ${chain} -p tcp -m tcp --dport 9 -j ACCEPT\n`).join('')}COMMIT\n` },
    { name: 'rules.v6', loader: 'ip6tables', families: [6], text: `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${['INPUT', 'FORWARD', 'OUTPUT'].map((chain) => `-A ${chain} -m state --state ESTABLISHED -j ACCEPT\n-A ${chain} -p icmpv6 -j ACCEPT\n-A ${chain} -j REJECT\n`).join('')}COMMIT\n` },
    { name: 'stateless.sh', loader: 'shell', families: [4], text: `#!/bin/sh\nIPT=/usr/sbin/iptables\n\n$IPT -F\n${['INPUT', 'FORWARD', 'OUTPUT'].map((chain) => `$IPT -P ${chain} DROP\n$IPT -A ${chain} -p icmp -j ACCEPT\n`).join('')}` },
  ],
};

/** Peers by the shape of their addresses; those of eth1 come second. */
const PEERS: Readonly<Record<4 | 6, readonly (readonly [string, string])[]>> = {
  4: [['10.77.3.5', '192.168.20.5'], ['10.77.4.0/28', '192.168.20.64/29'], ['10.77.5.3-10.77.5.12', '192.168.21.250-192.168.22.3']],
  6: [['fd0a:7::5', 'fd00:1:20::5'], ['fd0a:7::40/124', 'fd00:1:20::/64']],
};

interface Site {
  readonly flow: Flow;
  readonly directives: readonly string[];
  readonly traffic: Traffic;
}

const isExternal = (id: string): boolean => catalog.components.get(id)?.kind === 'external' && (catalog.components.get(id)?.hostNames.length ?? 0) > 0;

/** Who stands where, so that packets of the flow take the direction. */
function siteFor(flow: Flow, direction: Direction, family: 4 | 6, random: Random): Site {
  const [near, far] = random.pick(PEERS[family]);
  const specs = { from: direction === 'out' ? OWN[family] : isExternal(flow.from) ? 'any' : near, to: direction === 'in' ? OWN[family] : isExternal(flow.to) ? 'any' : direction === 'out' ? near : far };
  const declared = (['from', 'to'] as const).filter((end) => specs[end] !== 'any').map((end) => `address ${flow[end]} ${specs[end]}`);
  const guard = direction === 'transit' ? `transit from ${flow.from} to ${flow.to}` : `guards ${direction === 'in' ? flow.to : flow.from}`;
  const ends = (spec: string): readonly AddressRange[] => rangesOf(spec).filter((range) => range.family === family);
  return { flow, directives: [guard, `use ${flow.workload}`, ...declared], traffic: trafficOf(flow, ends(specs.from), ends(specs.to)) };
}

/** Behind the first line where that names the interpreter. */
function withDirectives(text: string, directives: readonly string[]): string {
  const head = /^#!.*\n/.exec(text)?.[0] ?? '';
  return `${head}${directives.map((directive) => `# veeam-ports: ${directive}\n`).join('')}\n${text.slice(head.length)}`;
}

interface Attempt {
  readonly fix: Fix;
  readonly fixed: string;
}

/** What quick fixes make of the text: for the flow, and for all that the policy lacks. */
function fixesOf(dialect: Dialect, name: string, text: string, files: Readonly<Record<string, string>>, flow: Flow, direction: Direction): Attempt[] {
  const folder = 'file:///written/';
  const service = createLanguageService({ include: (_uri, path) => (files[path] === undefined ? undefined : [{ uri: folder + path, text: files[path] }]) });
  const analysis = service.analyse({ uri: folder + name, text }, { dialect });
  if (!analysis) throw new Error(`${name} is not read`);
  const context = service.fixContext(analysis);
  return analysis.reports.filter(({ path }) => path.direction === direction).flatMap((report) => {
    const judged = fixableFlows(report).find((one) => one.flow.id === flow.id);
    const fixes = judged ? [fixFlow(context, report, judged), fixPolicy(context, report)] : [];
    return fixes.flatMap((fix) => (fix ? [{ fix, fixed: applyChanges(text, fix.changes) }] : []));
  });
}

const loaderOf = (dialect: Dialect, name: string): Loader => (dialect === 'nftables' ? 'nft' : name.endsWith('.sh') ? 'shell' : name.endsWith('.v6') ? 'ip6tables' : 'iptables');

/** Verdicts that hang on the time or on what came before. */
const FICKLE = /\b(?:limit|quota|recent|hashlimit|numgen|connlimit|statistic|timeout|update|add @)\b/;

const OWN_ADDRESSES = [...Object.values(OWN), '192.168.1.1', 'fd00:1::1'];

describe.skipIf(missing !== undefined)('rules that are written', () => {
  const tool = place();
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => {
    kernel.stop();
  });

  /** What the kernel has against a fix for the traffic: a closed part of it, or another packet with another verdict than before. */
  async function wrongWith(loader: Loader, files: Readonly<Record<string, string>>, before: string, fixed: string, traffic: Traffic, random: Random): Promise<string[]> {
    const needed = neededProbes(traffic, before, random);
    const around = aroundProbes([traffic], OWN_ADDRESSES, before, random, AROUND);
    const probes = [...needed.flat(), ...around];
    const verdicts = async (text: string): Promise<string[]> => {
      expect({ ...(await kernel.load(loader, text, { files })), text }).toMatchObject({ ok: true });
      return passing(kernel, probes);
    };
    const [old, now] = [await verdicts(before), await verdicts(fixed)];
    const asked = needed.flat().length;
    const closed = probes.slice(0, asked).flatMap((probe, i) => (now[i] === 'accept accept' ? [] : [probe]));
    const oneWay = needed.some((way) => !way.some((probe) => closed.includes(probe)));
    const opens = probes.slice(0, asked).some((_, i) => old[i] !== now[i]);
    return [...(oneWay ? [] : closed.map((probe) => `closed: ${described(probe)}`)), ...(opens ? [] : ['it opens nothing']), ...changes([traffic], around, old.slice(asked), now.slice(asked))];
  }

  describe.each(DIALECTS)('%s', (dialect) => {
    it.each(FLOWS.map((flow, at) => ({ id: flow.id, flow, at })))('$id', async ({ flow, at }) => {
      const random = new Random(at);
      for (const [turn, direction] of ([at % 2 === 0 ? 'in' : 'out', 'transit'] as const).entries()) {
        const base = BASES[dialect][(at + turn * 2) % BASES[dialect].length] as Base;
        const { directives, traffic } = siteFor(flow, direction, random.pick(base.families), random);
        const text = withDirectives(base.text, directives);
        const [attempt] = fixesOf(dialect, base.name, text, {}, flow, direction);
        const about = `${base.name} ${direction}`;
        expect({ about, wrong: attempt ? await wrongWith(base.loader, {}, text, attempt.fixed, traffic, random) : ['no fix'] }).toEqual({ about, wrong: [] });
      }
    });

    it('into every case that the kernel loads', async () => {
      let judged = 0;
      for (const [at, one] of casesOf(dialect).filter((each) => each.kernel).entries()) {
        for (const [turn, direction] of DIRECTIONS.entries()) {
          const flow = FLOWS[(at * 3 + turn * 7) % FLOWS.length] as Flow;
          const random = new Random(at);
          const { directives, traffic } = siteFor(flow, direction, one.name.endsWith('.v6') || /\bip6 f/.test(one.text) ? 6 : 4, random);
          const text = withDirectives(one.text, directives);
          const loader = loaderOf(dialect, one.name);
          const done = new Set<string>();
          for (const { fix, fixed } of fixesOf(dialect, one.name, text, one.files, flow, direction)) {
            if (done.has(fixed)) continue;
            done.add(fixed);
            const about = `${one.name} ${fix.title}`;
            expect({ about, ...(await kernel.load(loader, fixed, { files: one.files })), fixed }).toMatchObject({ ok: true });
            if (!fix.verified || fix.flows.join() !== flow.id || FICKLE.test(text)) continue;
            judged++;
            expect({ about, wrong: await wrongWith(loader, one.files, text, fixed, traffic, random) }).toEqual({ about, wrong: [] });
          }
        }
      }
      console.log(`${dialect}: ${judged} fixes of cases judged`);
      expect(judged).toBeGreaterThan(10);
    });

    it.each([...catalog.workloadsOf].map(([id, workloads]) => ({ id, workloads })))('a file for $id', async ({ id, workloads }) => {
      const { status, stdout } = tool.run(['generate', '--dialect', dialect, '--guards', id, '--use', workloads.join(',')]);
      expect(status).toBe(0);
      const words = [...new Set(stdout.match(/ADDRESS_OF_\w+/g))].sort().reverse();
      const addressOf = (word: string): string => `10.77.${words.indexOf(word) + 3}.5`;
      const text = words.reduce((filled, word) => filled.replaceAll(word, addressOf(word)), stdout);
      const peer = (component: string): string => {
        const word = `ADDRESS_OF_${(catalog.components.get(component)?.name ?? '').toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^_|_$/g, '')}`;
        return words.includes(word) ? addressOf(word) : 'any';
      };
      const v4 = (spec: string): readonly AddressRange[] => rangesOf(spec).filter(({ family }) => family === 4);
      const incoming = FLOWS.filter((flow) => flow.to === id).map((flow) => trafficOf(flow, v4(peer(flow.from)), v4(OWN[4])));
      const outgoing = FLOWS.filter((flow) => flow.from === id).map((flow) => trafficOf(flow, v4(OWN[4]), v4(peer(flow.to))));
      const random = new Random(3);
      expect({ ...(await kernel.load(loaderOf(dialect, 'generated'), text)), text }).toMatchObject({ ok: true });
      for (const traffic of [...incoming, ...outgoing]) {
        const ways = await Promise.all(neededProbes(traffic, text, random).map(async (way) => (await passing(kernel, way)).map((verdict, i) => `${described(way[i] as Probe)}: ${verdict}`).filter((line) => !line.endsWith(': accept accept'))));
        expect(ways.some((way) => way.length === 0) ? [] : ways).toEqual([]);
      }
      const filtered = (probe: Probe): boolean => (incoming.length > 0 && probe.to === OWN[4]) || (outgoing.length > 0 && probe.from === OWN[4]);
      const strangers = aroundProbes([...incoming, ...outgoing], OWN_ADDRESSES, text, random, 4 * AROUND).filter((probe) => filtered(probe));
      expect(strangers.length).toBeGreaterThan(AROUND / 3);
      expect((await passing(kernel, strangers)).map((verdict, i) => `${described(strangers[i] as Probe)}: ${verdict}`).filter((line) => !line.endsWith(': drop'))).toEqual([]);
    });
  });
});
