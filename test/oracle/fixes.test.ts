// Every quick fix of every example, loaded into the kernel: it lets the fixed flows through, and no other packet fares otherwise than before.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeAction } from 'vscode-languageserver-protocol/node';
import { builtinCatalog } from '../../server/src/catalog/builtin.ts';
import type { Flow } from '../../server/src/model/flow.ts';
import { Client, closeAll } from '../protocol/client.ts';
import { EXAMPLES, FILLED_IN, WHOLE, applied, flowsOf } from '../protocol/fixTexts.ts';
import { stdio } from '../protocol/transports.ts';
import type { AddressRange } from './address.ts';
import { Random } from './generate/random.ts';
import { KernelOracle, type Loader, type Probe, kernelMissing } from './kernel.ts';
import { type Traffic, aroundProbes, changes, neededProbes, passing, rangesOf, trafficOf } from './traffic.ts';

const missing = kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`the kernel cannot judge here: ${missing}`);

const AROUND = 400;

const catalog = builtinCatalog().at();

const loaderOf = (name: string): Loader => (name.endsWith('.nft') ? 'nft' : name.endsWith('.sh') ? 'shell' : name.endsWith('.v6') ? 'ip6tables' : 'iptables');

/** What the text declares, read without the product. */
function declaredIn(text: string): { guards: string; addresses: ReadonlyMap<string, string> } {
  const guards = /veeam-ports: guards (\S+)\s*$/m.exec(text)?.[1];
  if (guards === undefined) throw new Error('no guarded component');
  return { guards, addresses: new Map([...text.matchAll(/veeam-ports: address (\S+) (\S+)\s*$/gm)].map(([, id = '', spec = '']) => [id, spec])) };
}

function trafficIn(text: string, flow: Flow): Traffic {
  const { addresses } = declaredIn(text);
  const end = (id: string): readonly AddressRange[] => {
    const external = catalog.components.get(id)?.kind === 'external' && (catalog.components.get(id)?.hostNames.length ?? 0) > 0;
    return rangesOf(addresses.get(id) ?? (external ? 'any' : FILLED_IN));
  };
  return trafficOf(flow, end(flow.from), end(flow.to));
}

const problems = async (client: Client, uri: string): Promise<string[]> =>
  (await client.diagnostics(uri)).filter(({ code }) => /^(?:missing|blocked|partial|undecided)-flow$|^return-blocked$/.test(String(code))).flatMap(flowsOf);

describe.skipIf(missing !== undefined).each(EXAMPLES)('fixes of $name', ({ name, uri, text }) => {
  const { guards, addresses } = declaredIn(text);
  const own = addresses.get(guards) ?? '192.0.2.1';
  const random = new Random(7);
  let kernel: KernelOracle;
  let client: Client;
  let judge: Client;
  beforeAll(async () => {
    kernel = await KernelOracle.start([{ name: 'eth0', addresses: [`${own}/32`, 'fd00::1/128'], routes: ['0.0.0.0/0', '::/0'] }]);
    client = await Client.start(stdio);
    judge = await Client.start(stdio);
    await client.open(uri, text, '');
  });
  afterAll(() => {
    kernel.stop();
    closeAll();
  });

  const flowById = (id: string): Flow => {
    const flow = catalog.flowById.get(id);
    if (!flow) throw new Error(`no flow ${id}`);
    return flow;
  };

  async function probed(rules: string, probes: readonly Probe[]): Promise<string[]> {
    expect(await kernel.load(loaderOf(name), rules)).toMatchObject({ ok: true });
    return passing(kernel, probes);
  }

  /** The flows that the server no longer complains of. */
  async function mended(fixed: string): Promise<string[]> {
    await judge.open(uri, fixed, '');
    const left = await problems(judge, uri);
    await judge.close(uri);
    return [...new Set(await problems(client, uri))].filter((id) => !left.includes(id));
  }

  /** The flows that the kernel lets through only after the fix, whole or in one of their alternatives. */
  async function opened(fixed: string, flows: readonly Flow[]): Promise<Set<Flow>> {
    const out = new Set<Flow>();
    for (const flow of flows) {
      const ways = neededProbes(trafficIn(text, flow), text, random);
      const passes = async (rules: string): Promise<boolean> => {
        for (const way of ways) if (way.length > 0 && (await probed(rules, way)).every((verdict) => verdict === 'accept accept')) return true;
        return false;
      };
      if (!(await passes(text)) && (await passes(fixed))) out.add(flow);
    }
    return out;
  }

  /** Packets outside all of the flows that the kernel treats otherwise than before. */
  async function changed(fixed: string, flows: readonly Flow[]): Promise<string[]> {
    const site = [...addresses.values()].map((spec): Traffic => ({ from: rangesOf(spec), to: rangesOf(spec), protocols: [], ports: [], needed: [] }));
    const about = flows.map((flow) => trafficIn(text, flow));
    const around = aroundProbes([...about, ...site], [own, 'fd00::1'], text, random, AROUND);
    expect(around.length).toBeGreaterThan(AROUND / 2);
    return changes(about, around, await probed(text, around), await probed(fixed, around));
  }

  /** @returns how many flows the action is for. */
  async function judged(action: CodeAction): Promise<number> {
    const { title } = action;
    const fixed = applied(action, uri, text);
    const flows = title.startsWith('Allow ') ? (await mended(fixed)).map(flowById) : [];
    const open = await opened(fixed, flows);
    const groups = new Set([...open].flatMap(({ alternativeGroup }) => alternativeGroup ?? []));
    const closed = flows.filter((flow) => !open.has(flow) && !(flow.alternativeGroup !== undefined && groups.has(flow.alternativeGroup))).map(({ id }) => id);
    expect({ title, closed, changed: await changed(fixed, flows) }).toEqual({ title, closed: [], changed: [] });
    return flows.length;
  }

  it('each alone', async () => {
    let fixes = 0;
    const done = new Set<string>();
    for (const diagnostic of await client.diagnostics(uri)) {
      for (const action of await client.actions(uri, diagnostic.range, { diagnostics: [diagnostic], only: ['quickfix'] })) {
        if (done.has(action.title)) continue;
        done.add(action.title);
        if ((await judged(action)) > 0) fixes++;
        else expect(action.title).toMatch(/^Ignore /);
      }
    }
    expect(fixes).toBeGreaterThan(1);
  });

  it('all at once', async () => {
    const actions = await client.actions(uri, WHOLE, { diagnostics: [], only: ['source.fixAll'] });
    expect(actions).toHaveLength(1);
    for (const action of actions) expect(await judged(action)).toBeGreaterThan(1);
  });
});
