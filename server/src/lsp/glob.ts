/** Globs of the `files.associations` setting: `*`, `**`, `?` and braces, against a document's path. */

/** A glob without a slash is held against the name alone, another against the path or any end of it. */
export function globMatcher(glob: string): (uri: string) => boolean {
  const pattern = new RegExp(`^${patternOf(glob.includes('/') && !glob.startsWith('/') ? `**/${glob}` : glob)}$`);
  return (uri) => {
    const path = pathOf(uri);
    return pattern.test(glob.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1));
  };
}

function pathOf(uri: string): string {
  const path = uri.replace(/^[a-z][\w+.-]*:(?:\/\/[^/]*)?/i, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function patternOf(glob: string): string {
  let pattern = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const c = glob[at] ?? '';
    if (glob.startsWith('**', at)) {
      const folders = glob[at + 2] === '/';
      pattern += folders ? '(?:.*/)?' : '.*';
      at += folders ? 2 : 1;
    } else if (c === '*') pattern += '[^/]*';
    else if (c === '?') pattern += '[^/]';
    else if (c === '{' && glob.includes('}', at)) {
      pattern += '(?:';
      depth++;
    } else if (c === '}' && depth > 0) {
      pattern += ')';
      depth--;
    } else if (c === ',' && depth > 0) pattern += '|';
    else pattern += c.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  }
  return pattern + ')'.repeat(depth);
}
