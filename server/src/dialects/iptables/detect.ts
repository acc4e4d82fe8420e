/** Which files hold iptables rules, and for which IP family. */
import type { Family } from '../../core/addresses.ts';
import { withNewlines } from '../../text/lines.ts';
import type { SourceFile } from '../dialect.ts';

const SECTION = /^\*(?:filter|nat|mangle|raw|security)\b/;
const NAMED = /^(?:rules\.v[46]|.*\.iptables|.*\.ip6tables)$|ip6?tables-save|ip6?tables\.(?:rules|save|conf)/i;
const SCRIPT_NAME = /\.(?:sh|bash|fw)$|^rc\.firewall/i;
const SHEBANG = /^\ufeff?#!.*\b(?:ba|da|k|z)?sh\b/;
/** A command line that runs the tool, by name, by path or through a variable named after it. */
const RUNS = /^[^#\n]*?(?:^|[\s;&|(`])(?:[\w./-]*\/)?(?:"?\$\{?(?:ip6?t\w*|ip6?tables\w*|fw|firewall|iptables_cmd)\}?"?|ip6?tables(?:-legacy|-nft)?)\s+(?:-{1,2}[A-Za-z]|\$|-)/im;
const RESTORES = /^[^#\n]*\bip6?tables-(?:legacy-|nft-)?restore\b[^\n]*<</m;

const baseName = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);

/** The first line that is neither blank nor a comment. */
function firstLine(text: string): string {
  let from = text.startsWith('\ufeff') ? 1 : 0;
  while (from < text.length) {
    const feed = text.indexOf('\n', from);
    const line = text.slice(from, feed < 0 ? text.length : feed).trim();
    if (line !== '' && !line.startsWith('#')) return line;
    if (feed < 0) break;
    from = feed + 1;
  }
  return '';
}

/** `save`: the text is in the format of iptables-save; `script`: a shell script. */
export type Form = 'save' | 'script';

const isSave = (text: string): boolean => SECTION.test(firstLine(text));

const isScript = (file: SourceFile): boolean => file.languageId === 'shellscript' || SCRIPT_NAME.test(baseName(file.uri)) || SHEBANG.test(file.text.slice(0, 200));

export function formOf(text: string): Form {
  return isSave(text) || /^\s*(?:#[^\n]*\n\s*)*(?:[*:]|-[A-Z]\b|\[\d|COMMIT)/.test(text.slice(0, 4000)) || !/[A-Za-z]/.test(text) ? 'save' : 'script';
}

export function detects(given: SourceFile): boolean {
  const file = { ...given, text: withNewlines(given.text) };
  if (file.languageId === 'iptables' || NAMED.test(baseName(file.uri)) || isSave(file.text)) return true;
  return isScript(file) && (RUNS.test(file.text) || RESTORES.test(file.text));
}

const V6_NAME = /rules\.v6$|ip6tables|6\.rules$/i;
const V6_TEXT = /^[ \t]*#\s*Generated (?:by|with) ip6tables|\s-p\s+(?:ipv6-icmp|icmpv6|icmp6)\b|\s-m\s+icmp6\b|\s(?:-s|-d|--source|--src|--destination|--dst)\s+(?:!\s+)?[0-9a-f]*:[0-9a-f:]/im;
const V4_TEXT = /^[ \t]*#\s*Generated (?:by|with) iptables|\s(?:-s|-d|--source|--src|--destination|--dst)\s+(?:!\s+)?\d{1,3}\.\d{1,3}\.|\s-p\s+icmp\b/im;

const endOfLine = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

/** The family of a save file: its name or its first tell-tale line says so; IPv4 if nothing does. */
export function familyOf(uri: string, text: string): Family {
  if (V6_NAME.test(baseName(uri))) return 6;
  const four = V4_TEXT.exec(text);
  const six = V6_TEXT.exec(four ? text.slice(0, endOfLine(text, four.index + 1)) : text);
  return six && (!four || six.index <= four.index) ? 6 : 4;
}
