// Draws client/media/icon.png from icon.svg with Chromium; run it after changing the drawing.
//   node scripts/icon.mjs
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const media = fileURLToPath(new URL('../client/media/', import.meta.url));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
await page.setContent(`<body style="margin:0">${readFileSync(`${media}icon.svg`, 'utf8')}</body>`);
await page.screenshot({ path: `${media}icon.png`, omitBackground: true });
await browser.close();
