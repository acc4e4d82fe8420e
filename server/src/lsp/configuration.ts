/** Fetches the settings and keeps them current. */
import { type Connection, DidChangeConfigurationNotification } from 'vscode-languageserver';
import { SECTION, type Settings, readSettings } from './settings.ts';

export class Configuration {
  current: Settings = readSettings(undefined);
  private initial: unknown;
  private asks = false;
  private latest = 0;
  private arrived: () => void = () => undefined;
  private readonly first = new Promise<void>((resolve) => {
    this.arrived = resolve;
  });

  constructor(private readonly connection: Connection) {}

  /** @param initial what the client passed at the start, for clients that cannot be asked. */
  initialize(initial: unknown, asks: boolean): void {
    this.initial = initial;
    this.asks = asks;
    this.current = readSettings(initial);
    if (!asks) this.arrived();
  }

  /** Settles when the settings have arrived. */
  ready(): Promise<void> {
    return this.first;
  }

  /** Fetches the settings, or takes those that came with a notification. */
  async load(sent?: unknown): Promise<void> {
    const turn = ++this.latest;
    const value = this.asks ? await this.ask() : sent;
    if (turn !== this.latest) return;
    this.current = readSettings(value ?? this.initial);
    this.arrived();
  }

  register(): void {
    void this.connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
  }

  private async ask(): Promise<unknown> {
    try {
      return (await this.connection.workspace.getConfiguration(SECTION)) as unknown;
    } catch (error) {
      this.connection.console.warn(`The client did not give the settings: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}
