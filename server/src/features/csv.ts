/** Comma-separated values (RFC 4180): lines end with CRLF, a field is quoted where it must be. */

/**
 * A spreadsheet would take a cell that begins with one of these for a formula (owasp.org, "CSV Injection");
 * an apostrophe makes it text.
 */
const FORMULA = /^[=+\-@\t\r\n]/;

export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}
