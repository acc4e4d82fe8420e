/** A catalog over all its days. Views are built once per choice of revisions. */
import type { CatalogData, PageData } from './data.ts';
import type { CatalogView, PageRevision } from './view.ts';
import { buildView, revisionAt } from './view.ts';

export class Catalog {
  readonly data: CatalogData;
  readonly #views = new Map<string, CatalogView>();

  constructor(data: CatalogData) {
    this.data = data;
  }

  /** Each page as it stood on `date` (ISO), the newest revisions without a date. */
  at(date?: string): CatalogView {
    const chosen = this.data.pages.map((page): PageRevision => ({
      page: page.url, workload: page.workload, title: page.title, ...revisionAt(page, date),
    }));
    const key = chosen.map(({ revision, beforeFirst }) => `${revision.date}${beforeFirst ? '!' : ''}`).join();
    const known = this.#views.get(key);
    if (known) return known;
    const view = buildView(this.data, chosen);
    this.#views.set(key, view);
    return view;
  }

  /** The page at this address, whatever its query or fragment. */
  page(url: string): PageData | undefined {
    const plain = plainUrl(url);
    return this.data.pages.find((page) => page.url === plain);
  }
}

/** Without query and fragment. */
export function plainUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/**
 * Reads what a user writes for a revision: `latest` (an empty `date`), or a day of the calendar. Undefined if it is
 * neither.
 */
export function readRevision(text: string): { readonly date?: string } | undefined {
  if (text === 'latest') return {};
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!parts) return undefined;
  const day = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return day.toISOString().startsWith(text) ? { date: text } : undefined;
}
