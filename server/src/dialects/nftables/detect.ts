/** Whether a file is an nftables rule set. */
import type { SourceFile } from '../dialect.ts';

const NAME = /(?:\.nft|(?:^|\/)nftables(?:\.conf|\.rules)?)$/i;
const SHEBANG = /^\ufeff?#!.*\bnft\b/;
/** The first statement, after comments: what `nft -f` reads and no other rule language begins with. */
const FIRST = /^(?:table\s+(?:(?:ip|ip6|inet|arp|bridge|netdev)\s+)?[\w."-]+\s*(?:\{|$|;|\n)|(?:add|create|delete|destroy)\s+(?:table|chain|rule|set|map)\s|(?:flush|destroy)\s+ruleset\b|(?:re)?define\s+[A-Za-z_][\w.-]*\s*=)/;

/** How much of a text is looked at for its first statement. */
const LOOKED_AT = 20_000;

export function detectNftables({ uri, languageId, text }: SourceFile): boolean {
  if (languageId === 'nftables') return true;
  const path = uri.replace(/[?#].*$/, '');
  if (NAME.test(path)) return true;
  if (SHEBANG.test(text.slice(0, 200))) return true;
  return FIRST.test(firstStatement(text.slice(0, LOOKED_AT)));
}

function firstStatement(text: string): string {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (;;) {
    while (at < text.length && (text.charCodeAt(at) <= 32 || text[at] === ';')) at++;
    if (text[at] !== '#') return text.slice(at, at + 200);
    const end = text.indexOf('\n', at);
    if (end < 0) return '';
    at = end;
  }
}
