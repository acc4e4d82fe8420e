/** The open documents and what the service makes of them under the current settings. */
import { t } from '@vscode/l10n';
import { type RemoteConsole, TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type LanguageService, type ServiceHost, createLanguageService } from '../service.ts';
import type { Analysis } from '../workspace/analysis.ts';
import { failure } from './requests.ts';
import type { Settings } from './settings.ts';

const MEGABYTE = 1024 * 1024;

export class Documents {
  readonly open = new TextDocuments(TextDocument);
  readonly service: LanguageService;
  /** Documents that asked for included files: they change when files do. */
  private readonly including = new Set<string>();
  private readonly skipped = new Set<string>();

  constructor(
    private readonly settings: () => Settings,
    private readonly log: RemoteConsole,
    include: NonNullable<ServiceHost['include']>,
  ) {
    this.service = createLanguageService({
      include: (uri, path) => this.include(uri, path, include),
      failed: (uri, what, error) => {
        log.error(failure(what, uri, error));
      },
    });
    this.open.onDidClose(({ document }) => {
      this.service.forget(document.uri);
      this.including.delete(document.uri);
      this.skipped.delete(document.uri);
    });
  }

  /** Undefined: the document is closed, too large, or in no dialect. */
  analysis(uri: string): Analysis | undefined {
    const document = this.open.get(uri);
    if (!document || this.isTooLarge(document)) return undefined;
    const { associations, revision } = this.settings();
    const dialect = associations.find(({ matches }) => matches(uri))?.dialect;
    return this.service.analyse(
      { uri, languageId: document.languageId, text: document.getText() },
      { ...(dialect === undefined ? {} : { dialect }), ...(revision === undefined ? {} : { overrides: { usualRevision: revision } }) },
    );
  }

  /** Whether the language that the editor takes a document for is the dialect's own, or none: another's outline is left to others. */
  speaks(uri: string, { dialect }: Analysis): boolean {
    const languageId = this.open.get(uri)?.languageId ?? '';
    return languageId === '' || languageId === 'plaintext' || (languageId === dialect.id && !dialect.guest);
  }

  /** Open documents that read other files. */
  dependents(): string[] {
    return [...this.including];
  }

  /** What an editor shows of a file goes before what the disk holds. */
  private include(uri: string, path: string, read: NonNullable<ServiceHost['include']>): ReturnType<NonNullable<ServiceHost['include']>> {
    this.including.add(uri);
    return read(uri, path)?.map((found) => ({ uri: found.uri, text: this.open.get(found.uri)?.getText() ?? found.text }));
  }

  private isTooLarge(document: TextDocument): boolean {
    const { maxFileSize } = this.settings();
    const size = document.getText().length / MEGABYTE;
    if (size <= maxFileSize) {
      this.skipped.delete(document.uri);
      return false;
    }
    if (!this.skipped.has(document.uri)) {
      this.skipped.add(document.uri);
      this.log.info(t('{0} is not checked: it has {1} MB, and veeamPorts.maxFileSize is {2} MB.', document.uri, size.toFixed(1), maxFileSize));
    }
    return true;
  }
}
