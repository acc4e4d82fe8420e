/** The language of the server's texts is that of the translations that a client passes at the start. */
import { readFileSync } from 'node:fs';
import { MessageType } from 'vscode-languageserver-protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { Client, type ClientOptions, closeAll } from './client.ts';
import { WORKER } from './texts.ts';
import { TRANSPORTS } from './transports.ts';

const URI = 'file:///rules/worker.nft';
const GERMAN = JSON.parse(readFileSync(new URL('../../l10n/bundle.l10n.de.json', import.meta.url), 'utf8')) as unknown;

afterEach(closeAll);

describe.each(TRANSPORTS)('over $name', (transport) => {
  async function started(options: ClientOptions): Promise<{ messages: string[]; warnings: string[] }> {
    const client = await Client.start(transport, options);
    await client.open(URI, WORKER);
    const diagnostics = await client.diagnostics(URI);
    return { messages: diagnostics.map(({ message }) => message as string), warnings: client.logged.filter(({ type }) => type === MessageType.Warning).map(({ message }) => message) };
  }

  it('German', async () => {
    const { messages, warnings } = await started({ initializationOptions: { translations: GERMAN } });
    expect(messages.join('\n')).toContain('Keine Regel erlaubt');
    expect(messages.join('\n')).not.toContain('no rule allows');
    expect(warnings).toEqual([]);
  });

  it('beside settings', async () => {
    const withSettings = await started({ initializationOptions: { translations: GERMAN, severity: { 'fallback-flow': 'off' } } });
    expect(withSettings.messages.join('\n')).toContain('Keine Regel erlaubt');
    expect(withSettings.messages.join('\n')).not.toContain('Ausweichport');
    expect((await started({ initializationOptions: { translations: GERMAN } })).messages.join('\n')).toContain('Ausweichport');
  });

  it.each([undefined, null, {}])('English with %j', async (translations) => {
    const { messages, warnings } = await started({ initializationOptions: { translations } });
    expect(messages.join('\n')).toContain('no rule allows');
    expect(warnings).toEqual([]);
  });

  it.each([[3], ['de'], [['de']], [{ Flow: 1 }]])('English with %j, which is said', async (translations) => {
    const { messages, warnings } = await started({ initializationOptions: { translations } });
    expect(messages.join('\n')).toContain('no rule allows');
    expect(warnings).toEqual([expect.stringContaining('is not an object of strings')]);
  });
});
