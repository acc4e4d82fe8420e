/** What the server answers to editors' commands: what to declare, to ask for, to write anew and to compare. */
import { strFromU8, unzipSync } from 'fflate';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterEach, describe, expect, it } from 'vitest';
import type { CatalogJson } from '../../server/src/features/catalogJson.ts';
import type { GuardPlace } from '../../server/src/features/guardChoices.ts';
import type { NewPolicy } from '../../server/src/features/newPolicy.ts';
import type { PortRequest } from '../../server/src/features/portRequest.ts';
import type { FileJson } from '../../server/src/features/report.ts';
import { Client, closeAll } from './client.ts';
import { WORKER } from './texts.ts';
import { TRANSPORTS } from './transports.ts';

const URI = 'file:///rules/worker.nft';
const UNGUARDED = `table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
        tcp dport { 2500-3300, 6162 } accept
    }
    chain output {
        type filter hook output priority filter; policy drop;
        tcp dport { 10006, 9440 } accept
    }
    chain forward {
        type filter hook forward priority filter; policy drop;
    }
}
`;

afterEach(closeAll);

describe.each(TRANSPORTS)('over $name', (transport) => {
  async function opened(text: string): Promise<Client> {
    const client = await Client.start(transport);
    await client.open(URI, text);
    return client;
  }

  const policiesAfter = async (text: string, place: GuardPlace, component: string): Promise<FileJson['policies']> => {
    const choice = place.choices.find((one) => one.component?.id === component);
    const edited = TextDocument.applyEdits(TextDocument.create(URI, '', 1, text), [...(choice?.edits ?? [])]);
    const client = await opened(edited);
    return ((await client.run('veeamPorts.server.coverage', { uri: URI })) as FileJson).policies;
  };

  describe('guards', () => {
    it('offers the whole file and each policy, the best fit first', async () => {
      const places = (await (await opened(UNGUARDED)).run('veeamPorts.server.guards', { uri: URI })) as GuardPlace[];
      expect(places.map(({ policy, policies }) => [policy, policies])).toEqual([
        [undefined, ['inet filter input', 'inet filter output']],
        ['inet filter input', ['inet filter input']],
        ['inet filter output', ['inet filter output']],
        ['inet filter forward', ['inet filter forward']],
      ]);
      for (const { choices } of places) {
        const fits = choices.map(({ fit }) => fit ?? -1);
        expect(fits).toEqual([...fits].sort((a, b) => b - a));
      }
      expect(places[1]?.choices[0]).toMatchObject({ kind: 'guards', fit: expect.closeTo(1, 0) as number });
      expect(places[3]?.choices.map(({ kind }) => kind)).toEqual(['transit', 'off']);
    });

    it('writes what holds for the file, or for the policy alone', async () => {
      for (const text of [UNGUARDED, UNGUARDED.replaceAll('\n', '\r\n'), 'add table inet filter\nadd chain inet filter input { type filter hook input priority 0; policy drop; }\nadd chain inet filter output { type filter hook output priority 0; policy drop; }\n']) {
        const [file, input] = (await (await opened(text)).run('veeamPorts.server.guards', { uri: URI })) as GuardPlace[];
        if (!file || !input) throw new Error('nothing is offered');
        const ofFile = await policiesAfter(text, file, 'ahv-worker');
        expect(ofFile.filter(({ direction }) => direction !== 'transit').map(({ guards }) => guards)).toEqual([['ahv-worker'], ['ahv-worker']]);
        const ofPolicy = await policiesAfter(text, input, 'ahv-worker');
        expect(ofPolicy.filter(({ guards }) => guards.length > 0)).toHaveLength(1);
      }
    });

    it('has nothing to offer where everything is guarded', async () => {
      expect(await (await opened(WORKER)).run('veeamPorts.server.guards', { uri: URI })).toEqual([]);
    });
  });

  describe('portRequest', () => {
    const ask = async (format: string): Promise<PortRequest> => (await (await opened(WORKER)).run('veeamPorts.server.portRequest', { uri: URI, format })) as PortRequest;

    it('lists what is closed, with addresses and the page, in each format', async () => {
      const { flows, content } = await ask('markdown');
      expect(content).toContain('| From | From addresses | To | To addresses | Protocol | Ports |');
      expect(content).toMatch(/\| Worker \| {2}\| .*server \| 10\.10\.0\.10 \| TCP \| 10006 \| closed \| .* \| <https:/);
      expect(content).not.toContain('2500-3300 | open');
      expect(String(content).trim().split('\n')).toHaveLength(flows + 2);
      expect(String((await ask('csv')).content).trim().split('\r\n')).toHaveLength(flows + 1);
      const sheet = unzipSync(Uint8Array.from((await ask('xlsx')).content as number[]))['xl/worksheets/sheet1.xml'];
      expect(strFromU8(sheet ?? new Uint8Array())).toContain('10.10.0.10');
    });

    it('leaves out what a directive ignores', async () => {
      const before = await ask('csv');
      const client = await opened(WORKER.replace('# veeam-ports: address', '# veeam-ports: ignore nutanix-ahv/ahv-worker/backup-server/* -- elsewhere\n# veeam-ports: address'));
      const after = (await client.run('veeamPorts.server.portRequest', { uri: URI, format: 'csv' })) as PortRequest;
      expect(after.flows).toBeLessThan(before.flows);
      expect(after.content).not.toContain('10.10.0.10');
    });

    it('knows its formats', async () => {
      await expect(ask('pdf')).rejects.toThrow('format “pdf” is not markdown, csv, xlsx');
    });
  });

  it('names what can be chosen', async () => {
    const client = await Client.start(transport);
    const { components, workloads, dialects, revisions } = (await client.run('veeamPorts.server.catalog', {})) as CatalogJson;
    expect(components).toContainEqual({ id: 'ahv-worker', name: 'Worker', workloads: ['nutanix-ahv'] });
    expect(workloads.map(({ id }) => id)).toContain('oracle');
    expect(dialects).toContainEqual({ id: 'nftables', name: 'nftables' });
    expect(revisions).toEqual([...revisions].sort().reverse());
  });

  it('writes a file that lets everything pass, once a workload is named', async () => {
    const client = await Client.start(transport);
    const { text, placeholders } = (await client.run('veeamPorts.server.generate', { dialect: 'nftables', guards: ['ahv-worker'] })) as NewPolicy;
    expect(placeholders).toBe(true);
    expect(text).toContain('ADDRESS_OF_BACKUP_SERVER');
    const ofShared = { dialect: 'iptables', guards: ['backup-server'] };
    await expect(client.run('veeamPorts.server.generate', ofShared)).rejects.toThrow(/backup-server belongs to .*; name one with use/);
    expect(await client.run('veeamPorts.server.generate', { ...ofShared, use: ['nutanix-ahv'] })).toMatchObject({ text: expect.stringContaining('use nutanix-ahv') as string });
    await expect(client.run('veeamPorts.server.generate', { dialect: 'basic', guards: [] })).rejects.toThrow('dialect “basic” is not nftables');
    await expect(client.run('veeamPorts.server.generate', { dialect: 'nftables', guards: ['me'] })).rejects.toThrow('guards “me” is not in the catalog');
  });

  it('compares two days', async () => {
    const client = await Client.start(transport);
    const { revisions } = (await client.run('veeamPorts.server.catalog', undefined)) as CatalogJson;
    const oldest = revisions.at(-1);
    const text = await client.run('veeamPorts.server.compare', { before: oldest, after: 'latest' });
    expect(text).toMatch(/^# Veeam ports: /);
    expect(text).toContain('| Change | From | To | Ports | Purpose |');
    expect(await client.run('veeamPorts.server.compare', { before: oldest, after: oldest })).toContain('Nothing changed.');
    await expect(client.run('veeamPorts.server.compare', { before: 'latest', after: oldest })).rejects.toThrow('name the earlier day first');
    await expect(client.run('veeamPorts.server.compare', { before: 'yesterday', after: oldest })).rejects.toThrow('before “yesterday” is not a day');
  });
});
