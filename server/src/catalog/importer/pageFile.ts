/** What kind of file a page is, before it is read. */

export type PageKind = 'html' | 'markdown';

/** Of a file's name and text; or, as the end of a sentence, why it cannot be a page. */
export function pageKind(name: string, text: string): PageKind | { readonly problem: string } {
  const head = text.slice(0, 4096);
  if (text.trim() === '') return { problem: 'is empty' };
  if ((head.match(/[\p{Cc}\uFFFD]/gu) ?? []).filter((each) => !/[\t\n\f\r]/.test(each)).length > head.length / 50) return { problem: 'is no text' };
  if (/\.mht(?:ml)?$/i.test(name)) return { problem: 'is a web archive; save the page as HTML instead' };
  return /\.x?html?$/i.test(name) || /^\s*(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|h1)\b/i.test(head) ? 'html' : 'markdown';
}
