// What the nftables dialect writes, into every case and as whole files, the kernel loads; and it lets through what it says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_ADDRESSES, addressUnion, parseAddressSpec } from '../../server/src/core/addresses.ts';
import { unionAll } from '../../server/src/core/intervals.ts';
import { portRange } from '../../server/src/core/packets.ts';
import type { Permit, PermitEnd } from '../../server/src/dialects/dialect.ts';
import { nftables } from '../../server/src/dialects/nftables/index.ts';
import { pathsOf } from '../../server/src/engine/paths.ts';
import { applyChanges } from '../../server/src/text/changes.ts';
import { casesOf, readCase } from '../dialects/cases.ts';
import { KernelOracle, kernelMissing } from './kernel.ts';

const missing = kernelMissing();
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`the kernel cannot judge here: ${missing}`);

const addresses = (...specs: string[]): PermitEnd => ({ kind: 'addresses', set: addressUnion(specs.map(s => parseAddressSpec(s) ?? NO_ADDRESSES)) });
const PEERS = addresses('10.77.0.0/24', '10.78.0.3-10.78.0.9', 'fd77::/64');
const PERMIT: Permit = { direction: 'in', from: PEERS, to: { kind: 'any' }, transport: 'tcp', ports: unionAll([portRange(135, 135), portRange(2500, 3300)]), answer: false, note: 'Veeam: "a" to b' };

describe.skipIf(missing !== undefined)('nftables rules that are written', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => {
    kernel.stop();
  });

  for (const one of casesOf('nftables').filter(c => c.kernel))
    it(`into ${one.name}`, async () => {
      const reading = readCase('nftables', one);
      for (const policy of pathsOf(reading.fragments.map(f => f.policy)).flatMap(path => path.policies)) {
        const changes = nftables.write({ text: one.text, reading, policy, permits: [PERMIT, { ...PERMIT, answer: true }] });
        if (!changes) continue;
        expect(await kernel.load('nft', applyChanges(one.text, changes), { files: one.files })).toMatchObject({ ok: true, error: '' });
      }
    });

  it('as a whole file', async () => {
    const text = nftables.writePolicy([PERMIT, { ...PERMIT, direction: 'out', from: { kind: 'any' }, to: PEERS, transport: 'udp' }, { ...PERMIT, direction: 'transit' }], ['veeam-ports: guards ahv-worker']);
    expect(await kernel.load('nft', text)).toMatchObject({ ok: true });
    const probes = [
      { from: '10.77.0.5', to: '10.0.0.1', protocol: 6, port: 2500 },
      { from: 'fd77::5', to: 'fd00::1', protocol: 6, port: 135 },
      { from: '10.78.0.10', to: '10.0.0.1', protocol: 6, port: 135 },
      { from: '10.77.0.5', to: '10.0.0.1', protocol: 6, port: 3301 },
      { from: '10.0.0.1', to: '10.78.0.4', protocol: 17, port: 3300 },
      { from: '10.77.0.5', to: '192.168.1.9', protocol: 6, port: 135 },
    ];
    expect((await kernel.probe(probes, { answers: true })).map(v => `${v.verdict} ${v.answer ?? ''}`)).toEqual(['accept accept', 'accept accept', 'drop ', 'drop ', 'accept accept', 'accept accept']);
  });
});
