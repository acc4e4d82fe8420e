/** What the extension asks of the language server beside the protocol's own requests. */
import type { CatalogJson } from '../../server/src/features/catalogJson.ts';
import type { GuardPlace } from '../../server/src/features/guardChoices.ts';
import type { NewPolicy } from '../../server/src/features/newPolicy.ts';
import type { PortRequest, RequestFormat } from '../../server/src/features/portRequest.ts';
import type { FileJson } from '../../server/src/features/report.ts';
import type { TraceJson } from '../../server/src/features/traceReport.ts';
import type { Session } from './client.ts';

/** A packet as in a line of `trace --packets`. */
export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port?: number;
  readonly direction: string;
  readonly policy: string;
}

/** About a document: null if the server does not read it. */
export class Server {
  readonly onDidStart;

  constructor(private readonly session: Session) {
    this.onDidStart = session.onDidStart;
  }

  coverage(uri: string): Promise<FileJson | null> {
    return this.session.run('veeamPorts.server.coverage', { uri });
  }

  trace(uri: string, packet: Packet): Promise<TraceJson | null> {
    return this.session.run('veeamPorts.server.trace', { uri, packet });
  }

  guards(uri: string): Promise<GuardPlace[] | null> {
    return this.session.run('veeamPorts.server.guards', { uri });
  }

  portRequest(uri: string, format: RequestFormat): Promise<PortRequest | null> {
    return this.session.run('veeamPorts.server.portRequest', { uri, format });
  }

  catalog(): Promise<CatalogJson> {
    return this.session.run('veeamPorts.server.catalog', {});
  }

  generate(dialect: string, guards: readonly string[], use?: readonly string[]): Promise<NewPolicy> {
    return this.session.run('veeamPorts.server.generate', { dialect, guards, use });
  }

  /** @returns Markdown. */
  compare(before: string, after: string): Promise<string> {
    return this.session.run('veeamPorts.server.compare', { before, after });
  }
}
