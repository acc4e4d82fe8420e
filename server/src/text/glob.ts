/** Patterns of file names as glob(7) describes them. */

/** `*`, `?` and `[...]`; a leading dot is matched by a dot only. Takes at most name times pattern steps. */
export function matchesGlob(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const parts = pattern.match(/\[[!^]?\]?[^\]]*\]|[\s\S]/g) ?? [];
  let at = 0;
  let part = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const wanted = parts[part];
    if (wanted === '*') {
      star = part++;
      starAt = at;
    } else if (wanted !== undefined && matchesOne(name[at] as string, wanted)) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++starAt;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === '*');
}

function matchesOne(character: string, part: string): boolean {
  if (part.length < 3) return part === '?' || part === character;
  const negated = part[1] === '!' || part[1] === '^';
  const members = part.slice(negated ? 2 : 1, -1);
  for (const range of members.match(/[\s\S]-[\s\S]|[\s\S]/g) ?? []) {
    if (character >= range.charAt(0) && character <= range.charAt(range.length - 1)) return !negated;
  }
  return negated;
}
