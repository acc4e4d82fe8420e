// Proves the oracle: hand-made rule sets whose verdicts are known, and rule texts that must not load.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HAND_MADE } from './handmade.ts';
import { KernelOracle, kernelMissing } from './kernel.ts';
import { PROTOCOL } from './packets.ts';

const missing = kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`the kernel cannot judge here: ${missing}`);

describe.skipIf(missing !== undefined)('kernel oracle', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => {
    kernel.stop();
  });

  for (const { name, loader, text, probes } of HAND_MADE)
    it(name, async () => {
      expect(await kernel.load(loader, text)).toMatchObject({ ok: true });
      const verdicts = await kernel.probe(
        probes.map(([from, to, protocol, port]) => ({ from, to, protocol: PROTOCOL[protocol], port })),
        { answers: true },
      );
      const got = probes.map(([from, to, protocol, port], i) => {
        const { verdict, answer } = verdicts[i] ?? {};
        return [from, to, protocol, port, answer === undefined ? verdict : `${verdict}, ${answer}`];
      });
      expect(got).toEqual(probes);
    });

  it('refuses a text that does not load', async () => {
    expect(await kernel.load('nft', 'table inet f { chain c { tcp dport nowhere accept; } ; }')).toMatchObject({ ok: false });
    expect(await kernel.load('iptables', '*filter\n-A INPUT -j NOWHERE\nCOMMIT\n')).toMatchObject({ ok: false });
    expect(await kernel.check('table inet f { chain c { jump nowhere; } ; }')).toMatchObject({ ok: false });
  });

  it('names the rules that a packet met', async () => {
    const nft = 'table inet f {\n chain sub { tcp dport 22 drop comment "inner"; }\n chain input { type filter hook input priority 0; policy accept;\n jump sub comment "outer"\n }\n}';
    await kernel.load('nft', nft);
    const probe = { from: '10.1.1.1', to: '10.0.0.1', protocol: PROTOCOL.tcp };
    const tags = async () => (await kernel.probe([{ ...probe, port: 22 }, { ...probe, port: 23 }], { traced: true })).map(v => v.steps?.map(s => s.tag ?? s.type));
    expect(await tags()).toEqual([['outer', 'inner'], ['outer', 'policy']]);
    await kernel.load('iptables', '*filter\n:SUB - [0:0]\n-A SUB -p tcp --dport 22 -m comment --comment "inner" -j DROP\n-A INPUT -m comment --comment "outer" -j SUB\nCOMMIT\n');
    expect(await tags()).toEqual([['outer', 'inner'], ['outer', 'policy']]);
  });

  it('loses no packet silently', async () => {
    await kernel.load('nft', 'table inet f { chain input { type filter hook prerouting priority -400; tcp dport 22 drop; } ; }');
    await expect(kernel.probe([{ from: '10.1.1.1', to: '10.0.0.1', protocol: PROTOCOL.tcp, port: 22 }])).rejects.toThrow('lost');
  });
});
