/** What a person does in VS Code, as functions: going to a line, reading the squiggles, taking a fix. Each tries again when the screen changes under it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Locator, Page } from 'playwright-core';

/** A finding as the Problems panel or a squiggle shows it. */
export interface Mark {
  line: number;
  /** Of a problem the code, of a squiggle the severity. */
  kind: string;
}

const ATTEMPTS = 8;
/** How long a menu may take before the key is pressed again, in milliseconds. */
export const PATIENCE = 4000;

export class Workbench {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  line(text: string | RegExp): Locator {
    return this.page.locator('.view-line', { hasText: text });
  }

  problem(text: RegExp): Locator {
    return this.page.locator('.markers-panel .monaco-list-row', { hasText: text });
  }

  /** The findings in the Problems panel, from the top; complete in the table view, where each is one row. */
  async problems(): Promise<Mark[]> {
    const rows = await this.page.locator('.markers-panel .monaco-list-row').allInnerTexts();
    return rows.flatMap((row) => {
      const kind = /veeam-ports\W*([a-z-]+)/.exec(row)?.[1];
      const line = /\[Ln (\d+), Col \d+\]/.exec(row)?.[1];
      return kind === undefined || line === undefined ? [] : [{ line: Number(line), kind }];
    });
  }

  /** The squiggles on the part of the file that is in view; several at one place are one. */
  async squiggles(): Promise<Mark[]> {
    const numbers = await this.boxes('.margin-view-overlays .line-numbers');
    const marks = new Map<string, Mark>();
    for (const kind of ['error', 'warning', 'info']) {
      for (const { top, bottom } of await this.boxes(`.view-overlays .squiggly-${kind}`)) {
        const middle = (top + bottom) / 2;
        const line = Number(numbers.find((number) => number.top <= middle && middle < number.bottom)?.text);
        marks.set(`${line} ${kind}`, { line, kind });
      }
    }
    return [...marks.values()].sort((a, b) => a.line - b.line);
  }

  /** Puts the cursor at the start of a line and that line into the middle of the view. */
  async goTo(line: number): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type=text]').first();
    await this.until('go to line', async () => {
      await this.page.keyboard.press('Control+G');
      await input.fill(`:${line}`, { timeout: PATIENCE });
      await this.page.keyboard.press('Enter');
      await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col 1` }).waitFor({ timeout: PATIENCE });
    });
  }

  /** Runs a command of the palette by its exact title, until `done` holds. */
  async command(title: string, done: () => Promise<void>): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type=text]').first();
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ has: this.page.getByText(title, { exact: true }) }).first();
    await this.until(`run ${title}`, async () => {
      await this.page.keyboard.press('F1');
      await input.fill(`>${title}`, { timeout: PATIENCE });
      await row.click({ timeout: PATIENCE });
      await done();
    });
  }

  /** Opens a file of the window by its name. */
  async openFile(name: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type=text]').first();
    await this.until(`open ${name}`, async () => {
      await this.page.keyboard.press('Control+P');
      await input.fill(name, { timeout: PATIENCE });
      await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click({ timeout: PATIENCE });
      await this.page.locator('.tab.active', { hasText: name }).waitFor({ timeout: PATIENCE });
    });
  }

  /** Opens the place that a problem in the panel's tree names as related. */
  async follow(related: RegExp): Promise<void> {
    await this.until(`follow ${String(related)}`, () => this.problem(related).first().dblclick({ timeout: PATIENCE }));
  }

  /** Puts the mouse where it explains nothing: a card would lie over a menu, or close it. */
  async rest(): Promise<void> {
    await this.page.mouse.move(1000, 60);
    await this.page.locator('.monaco-hover:visible').first().waitFor({ state: 'hidden', timeout: PATIENCE });
  }

  /** Goes to a problem and clicks its light bulb. @returns the entry of the menu with that title. */
  async lightBulb(problem: Locator, title: RegExp): Promise<Locator> {
    const entry = this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    await this.until(`offer ${String(title)}`, async () => {
      await problem.dblclick({ timeout: PATIENCE });
      await this.rest();
      await this.page.locator('.monaco-editor .lightBulbWidget:visible, .monaco-editor [class*=codicon-gutter-lightbulb]:visible').first().click({ timeout: PATIENCE });
      await entry.waitFor({ timeout: PATIENCE });
    });
    return entry;
  }

  /** Clicks until `done` is there: what has just come to the screen may not listen yet. */
  async press(target: Locator, done: Locator, button: 'left' | 'right' = 'left'): Promise<void> {
    await this.until('react to a click', async () => {
      await target.click({ timeout: PATIENCE, button });
      await done.waitFor({ timeout: PATIENCE });
    });
  }

  /** Chooses from the menu behind the three bars, such as File, Save. */
  async menu(...path: string[]): Promise<void> {
    await this.choose(this.page.getByRole('menuitem', { name: 'Application Menu' }), path);
  }

  /** Chooses from the menu behind the gear. */
  async manage(...path: string[]): Promise<void> {
    await this.choose(this.page.getByRole('button', { name: /^Manage/ }), path);
  }

  /** Sets a colour theme as its picker names it, and waits for the editor to wear it: `vs`, `vs-dark` or `hc-black`. */
  async theme(title: string, kind: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type=text]').first();
    await this.until(`wear ${title}`, async () => {
      await this.manage('Themes', 'Color Theme');
      await input.fill(title, { timeout: PATIENCE });
      await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).waitFor({ timeout: PATIENCE });
      await this.page.keyboard.press('Enter');
      await this.page.locator(`.monaco-workbench.${kind}`).waitFor({ timeout: PATIENCE });
    });
  }

  /** The cursor stands on that line. */
  async at(line: number): Promise<void> {
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col` }).waitFor();
  }

  /** The page of the webview that is in view. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** A view of the side bar, by its heading. */
  view(title: string): Locator {
    return this.page.locator('.pane').filter({ has: this.page.locator('.pane-header', { hasText: title }) });
  }

  /** Types a word on a new line below. @returns the proposal with that text. */
  async proposal(below: number, word: string, text: string): Promise<Locator> {
    const entry = this.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: text }).first();
    await this.goTo(below);
    await this.page.keyboard.press('End');
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.type(word, { delay: 50 });
    await this.until(`propose ${text}`, async () => {
      if (!(await entry.isVisible())) await this.page.keyboard.press('Control+Space');
      await entry.waitFor({ timeout: PATIENCE });
    });
    return entry;
  }

  /** Hovers a word of a line and looks at its card, again if the card goes while being looked at. @returns what was seen. */
  async hover<T>(line: Locator, word: string, look: (card: Locator) => Promise<T>): Promise<T> {
    const card = this.page.locator('.monaco-editor .monaco-hover:visible').first();
    return this.until(`explain ${word}`, async () => {
      await this.rest();
      await line.getByText(word).first().hover({ timeout: PATIENCE });
      await card.waitFor({ timeout: PATIENCE });
      const seen = await look(card);
      if (!(await card.isVisible())) throw new Error('the card has gone');
      return seen;
    });
  }

  /** Points at the language status of the file in view. @returns its card. */
  async languageStatus(): Promise<Locator> {
    const card = this.page.locator('.hover-language-status').first();
    await this.until('show the language status', async () => {
      await this.page.locator('[id="status.languageStatus"]').hover({ timeout: PATIENCE });
      await card.waitFor({ timeout: PATIENCE });
    });
    return this.page.locator('.workbench-hover:has(.hover-language-status)').first();
  }

  private async choose(button: Locator, path: string[]): Promise<void> {
    await this.until(`choose ${path.join(' → ')}`, async () => {
      await button.click({ timeout: PATIENCE });
      for (const title of path) {
        await this.page.locator('.monaco-menu .action-label').getByText(title, { exact: true }).hover({ timeout: PATIENCE });
        await this.page.keyboard.press('Enter');
      }
    });
  }

  private async boxes(selector: string): Promise<{ top: number; bottom: number; text: string }[]> {
    return this.page.locator(`.monaco-editor ${selector}`).evaluateAll((elements) =>
      elements.map((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return { top, bottom, text: element.textContent };
      }),
    );
  }

  /** Menus close when findings change under them: a person closes what is left and tries again. */
  private async until<T>(aim: string, attempt: () => Promise<T>): Promise<T> {
    let reason: unknown;
    for (let count = 0; count < ATTEMPTS; count++) {
      try {
        return await attempt();
      } catch (error) {
        reason = error;
        await this.page.keyboard.press('Escape');
        await sleep(300);
      }
    }
    throw new Error(`VS Code did not ${aim}`, { cause: reason });
  }
}
