import { describe, expect, it } from 'vitest';
import { ShellLineCache, parseShell } from '../../server/src/text/shellScript.ts';
import type { Command, Item } from '../../server/src/text/shellTree.ts';
import { ShellScanner, type ShellToken } from '../../server/src/text/shellWords.ts';

function tokens(text: string): string[] {
  const scanner = new ShellScanner(text);
  const out: string[] = [];
  for (let token: ShellToken = scanner.next(); token.kind !== 'end'; token = scanner.next()) {
    out.push(token.kind === 'word' ? token.parts.map((p) => (p.kind === 'text' ? p.text : p.kind === 'variable' ? `<${p.name}${p.operator ?? ''}>` : `<${p.kind} ${p.text}>`)).join('') : token.kind === 'comment' ? `#${token.text}` : token.text);
  }
  return out;
}

describe('shell words', () => {
  it.each([
    ['a "b c"d \'e f\'', ['a', 'b cd', 'e f']],
    ['a\\ b "c\\"d" "e\\f"', ['a b', 'c"d', 'e\\f']],
    ['a \\\n b # c', ['a', 'b', '# c']],
    ['x;y&&z||w|v&', ['x', ';', 'y', '&&', 'z', '||', 'w', '|', 'v', '&']],
    ['a#b #c', ['a#b', '#c']],
    ['$A ${B} "$C" ${D:-e f} $1 $@', ['<A>', '<B>', '<C>', '<D:->', '<1>', '<@>']],
    ['$(echo ")" \'(\') `date`', ['<command echo ")" \'(\'>', '<command date>']],
    ['$((1+2)) ${X%%.*} $', ['<other $((1+2))>', '<other ${X%%.*}>', '$']],
    ['a >/dev/null 2>&1 <<-EOF', ['a', '>', '/dev/null', '2>&', '1', '<<-', 'EOF']],
    ["'open", ['open']],
    ['a\u00a0b \u2028 \u3000c\vd', ['a\u00a0b', '\u2028', '\u3000c\vd']],
  ])('%s', (text, expected) => {
    const got = tokens(text);
    expect(got.map((t) => (t === '>&' ? '2>&' : t))).toEqual(expected);
  });

  it('keeps places in the text', () => {
    const text = ' iptables  -s "$LAN" ';
    const scanner = new ShellScanner(text);
    expect([scanner.next(), scanner.next(), scanner.next()].map(({ start, end }) => text.slice(start, end))).toEqual(['iptables', '-s', '"$LAN"']);
  });
});

/** The tree in short: commands by their first word, compounds by their kind. */
function outline(items: readonly Item[]): unknown[] {
  const short = (c: Command): unknown => {
    switch (c.kind) {
      case 'simple':
        return c.words[0]?.bare ?? c.assignments.map((a) => `${a.name}=`).join(' ');
      case 'group':
      case 'subshell':
      case 'function':
        return [c.kind, ...outline(c.body)];
      case 'if':
        return ['if', ...c.branches.map((b) => [outline(b.test), outline(b.body)]), ...(c.otherwise ? [['else', ...outline(c.otherwise)]] : [])];
      case 'for':
        return ['for', c.name, c.words.length, ...outline(c.body)];
      case 'while':
        return ['while', outline(c.test), outline(c.body)];
      case 'case':
        return ['case', ...c.branches.map((b) => [b.patterns.length, ...outline(b.body)])];
    }
  };
  return items.flatMap((i) => (i.kind === 'lost' ? ['lost'] : i.steps.map((s) => (s.how === 'then' ? '' : `${s.how} `) + JSON.stringify(s.pipeline.commands.map(short)))));
}

const parse = (text: string): unknown[] => outline(parseShell(text, new ShellLineCache()).items);

describe('shell scripts', () => {
  it.each([
    ['a\nb; c && d || e', ['["a"]', '["b"]', '["c"]', 'and ["d"]', 'or ["e"]']],
    ['X=1 Y="2 3"\nexport Z=4', ['["X= Y="]', '["export"]']],
    ['a | b |\nc', ['["a","b","c"]']],
    ['if a; then b; elif c; then d; else e; fi', ['[["if",[["[\\"a\\"]"],["[\\"b\\"]"]],[["[\\"c\\"]"],["[\\"d\\"]"]],["else","[\\"e\\"]"]]]']],
    ['for x in 1 2 3\ndo\n a\ndone\nb', ['[["for","x",3,"[\\"a\\"]"]]', '["b"]']],
    ['while read x; do a; done < f', ['[["while",["[\\"read\\"]"],["[\\"a\\"]"]]]']],
    ['case $1 in\n a|b) c;;\n *) d\nesac', ['[["case",[2,"[\\"c\\"]"],[1,"[\\"d\\"]"]]]']],
    ['f() {\n a\n}\nfunction g { b; }\nf', ['[["function","[\\"a\\"]"]]', '[["function","[\\"b\\"]"]]', '["f"]']],
    ['(a; b) | { c; }', ['[["subshell","[\\"a\\"]","[\\"b\\"]"],["group","[\\"c\\"]"]]']],
    ['cat <<A; b\n$x\nA\nc', ['["cat"]', '["b"]', '["c"]']],
    ['LIST=(a b\nc)\nd', ['["LIST="]', '["d"]']],
    ['a )\nb', ['["a"]', 'lost', '["b"]']],
    ['if a; then b\nc', ['[["if",[["[\\"a\\"]"],["[\\"b\\"]","[\\"c\\"]"]]]]']],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it('reads a line the same wherever it stands', () => {
    const cache = new ShellLineCache();
    const [first] = parseShell('iptables -F # all\n', cache).items;
    cache.turn();
    const again = parseShell('\n\nx\niptables -F # all\n', cache);
    const last = again.items.at(-1);
    expect(first?.kind === 'list' && last?.kind === 'list' && first.steps === last.steps).toBe(true);
    expect(last?.kind === 'list' && last.base).toBe(4);
    expect(again.comments).toEqual([{ start: 17, text: ' all' }]);
  });

  it('finds the bodies of here-documents', () => {
    const text = "a <<'X' <<Y\none\nX\ntwo\nY\nb";
    const [item] = parseShell(text, new ShellLineCache()).items;
    const command = item?.kind === 'list' ? item.steps[0]?.pipeline.commands[0] : undefined;
    const documents = command?.kind === 'simple' ? command.redirections.map((r) => r.document) : [];
    expect(documents.map((d) => d && [text.slice(d.start, d.end), d.literal])).toEqual([['one\n', true], ['two\n', false]]);
  });
});
