/** XML 1.0 that is well-formed whatever a file or its name holds: no markup, and no character that XML forbids. */
import { visible } from './visible.ts';

export type Attributes = Readonly<Record<string, string | number>>;

/** An element; `content` is XML already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(String(value)).replace(/\n/g, '&#10;')}"`).join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** Character data, for attributes as well. Line breaks stay; noncharacters at the end of the plane are none of XML's either. */
export function xmlText(text: string): string {
  return text.split(/\r?\n/).map((line) => visible(line).replace(/[\ufffe\uffff]/g, '\ufffd')).join('\n')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
