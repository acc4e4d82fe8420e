/** One window of VS Code for the tests of a file: opened before the first, closed after the last, and shown in artifacts/ where one failed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ServerOptions } from './codeServer.ts';
import { ARTIFACTS, PICTURES } from './paths.ts';
import { openVSCode, type VSCode } from './vscode.ts';
import { Workbench } from './workbench.ts';

/** To be read inside of tests only: the window is not there before. */
export interface Window {
  readonly code: VSCode;
  readonly page: Page;
  readonly bench: Workbench;
  readonly screenshot: (name: string) => Promise<Buffer>;
  /** For the README: the smallest part of the window that holds all of these, and a margin. */
  readonly picture: (name: string, ...parts: Locator[]) => Promise<void>;
}

/** Around a picture, in pixels. */
const MARGIN = 12;

/** @param name says in artifacts/ which window it was. */
export function openWindow(name: string, options: ServerOptions, file: string, folder?: number): Window {
  let code: VSCode | undefined;
  const opened = (): VSCode => {
    if (!code) throw new Error('VS Code is not open');
    return code;
  };
  const screenshot = (title: string) => opened().page.screenshot({ path: join(ARTIFACTS, `${title}.png`), animations: 'disabled' });
  const picture = async (title: string, ...parts: Locator[]): Promise<void> => {
    const boxes = (await Promise.all(parts.map((part) => part.boundingBox()))).filter((box) => box !== null);
    const [left, top] = [Math.min(...boxes.map(({ x }) => x)) - MARGIN, Math.min(...boxes.map(({ y }) => y)) - MARGIN];
    const [right, bottom] = [Math.max(...boxes.map(({ x, width }) => x + width)) + MARGIN, Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN];
    await opened().page.screenshot({ path: join(PICTURES, `${title}.png`), animations: 'disabled', clip: { x: left, y: top, width: right - left, height: bottom - top } });
  };

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    code = await openVSCode(options);
    await code.open(file, folder);
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await screenshot(`failed-${name}-${task.name.replaceAll(/\W+/g, '-')}`);
    writeFileSync(join(ARTIFACTS, `failed-${name}.log`), opened().log());
  });

  afterAll(() => code?.close());

  return {
    get code() {
      return opened();
    },
    get page() {
      return opened().page;
    },
    get bench() {
      return new Workbench(opened().page);
    },
    screenshot,
    picture,
  };
}
