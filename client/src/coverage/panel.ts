/** The coverage matrix beside the editor. */
import * as vscode from 'vscode';
import { reveal } from '../places.ts';
import type { FromPage, ToPage } from './messages.ts';
import { framePage, matrixTables } from './page.ts';
import type { CoverageStore } from './store.ts';

const VIEW = 'veeamPorts.coverageMatrix';

export class CoveragePanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  /** Its page is there and listens; a hidden one is gone. */
  private ready = false;
  /** A filter that the page is given once it is there. */
  private filter: string | undefined;
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly coverage: CoverageStore,
  ) {
    this.listeners = vscode.Disposable.from(
      coverage.onDidChange(() => {
        this.update();
      }),
      vscode.window.registerWebviewPanelSerializer(VIEW, {
        deserializeWebviewPanel: (panel) => {
          this.adopt(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  /** @param lens what a code lens gives: the policy that it stands above. */
  show(lens: unknown): void {
    this.filter = typeof lens === 'object' && lens !== null && 'policy' in lens && typeof lens.policy === 'string' ? lens.policy : undefined;
    if (this.panel) {
      this.panel.reveal(undefined, false);
      this.update();
      return;
    }
    this.adopt(vscode.window.createWebviewPanel(VIEW, vscode.l10n.t('Veeam Ports: Coverage'), vscode.ViewColumn.Beside));
  }

  dispose(): void {
    this.panel?.dispose();
    this.listeners.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const file = (...path: string[]): string => webview.asWebviewUri(vscode.Uri.joinPath(this.extension, ...path)).toString();
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'client', 'media', 'icon.png');
    webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.extension, 'client', 'media'), vscode.Uri.joinPath(this.extension, 'dist')] };
    webview.onDidReceiveMessage((message: FromPage) => {
      if (message.kind === 'reveal') return void this.reveal(message.flow);
      this.ready = true;
      this.update();
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.ready = false;
    });
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = undefined;
      this.ready = false;
    });
    webview.html = framePage({ language: vscode.env.language, nonce: nonce(), cspSource: webview.cspSource, style: file('client', 'media', 'coverage.css'), script: file('dist', 'webview', 'coverage.js') }, vscode.l10n.t);
  }

  private update(): void {
    if (!this.ready) return;
    this.send({ kind: 'tables', html: matrixTables(this.coverage.flows(), vscode.l10n.t) });
    if (this.filter !== undefined) this.send({ kind: 'filter', text: this.filter });
    this.filter = undefined;
  }

  private send(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }

  private async reveal(index: number): Promise<void> {
    const flow = this.coverage.flows()[index];
    if (flow) await reveal(flow.place.uri, flow.place.range);
  }
}

function nonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
