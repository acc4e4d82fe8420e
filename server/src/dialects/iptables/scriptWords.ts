/** What the words of a script's commands tell without running them: which tool, which table, which pattern. */
import type { Value } from './shellValues.ts';
import type { CommandMemo } from './statementCache.ts';
import type { Word } from './words.ts';

/** A command name that is not told, but whose variable is named after the tool, or whose words are those of a rule. */
export function toolOf(variable: string, rest: readonly Word[]): string | undefined {
  if (/^(?:ip6|.*ip6t|.*ip6?tables6|.*v6)/i.test(variable) && /ip/i.test(variable)) return 'ip6tables';
  if (/ipt(?:ables)?|^ip4t|^fw$|^filter$/i.test(variable)) return 'iptables';
  return rest.some((w, i) => /^-[AIDP]$/.test(w.text) && /^(?:INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)$/.test(rest[i + 1]?.text ?? '')) ? 'iptables' : undefined;
}

/** The value of `-t`, and the sets that the SET target changes. */
export function optionsOf(fields: readonly Word[]): NonNullable<CommandMemo['options']> {
  let table: Word | undefined;
  const changes: string[] = [];
  for (const [i, word] of fields.entries()) {
    if (word.text === '-t' || word.text === '--table') table ??= fields[i + 1];
    else if (word.text.startsWith('--table=')) table ??= { ...word, text: word.text.slice('--table='.length) };
    else if (word.text === '--add-set' || word.text === '--del-set' || word.text === '--map-set') changes.push(fields[i + 1]?.text ?? '');
  }
  return { table, changes };
}

/** Whether a pattern of `case` matches: literal texts and `*` alone are told. */
export function globMatches(pattern: Value, value: Value): boolean | undefined {
  if (pattern.text === '*') return true;
  if (pattern.why !== undefined || value.why !== undefined) return undefined;
  if (!/[*?[]/.test(pattern.text)) return pattern.text === value.text;
  if (!/[?[]/.test(pattern.text)) {
    const pieces = pattern.text.split('*');
    let at = 0;
    for (const [i, piece] of pieces.entries()) {
      const found = i === pieces.length - 1 ? value.text.length - piece.length : value.text.indexOf(piece, at);
      if (found < at || (i === 0 && found !== 0) || !value.text.startsWith(piece, found)) return false;
      at = found + piece.length;
    }
    return true;
  }
  return undefined;
}

