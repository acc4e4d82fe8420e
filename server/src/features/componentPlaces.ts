/** Where the directives of a document name a component: from any mention to where it is declared, and to all others. */
import type { Location } from 'vscode-languageserver-types';
import { resolveName } from '../catalog/names.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { Directive, DirectiveWord, Word } from '../workspace/directives.ts';
import { rangeOf } from './diagnostics.ts';
import { directiveAt } from './place.ts';

/** Where the component under the offset is said to be: its addresses, else what stands for it, else what it guards. */
export function componentDefinition(offset: number, analysis: Analysis): Location[] {
  const mentions = mentionsAt(offset, analysis);
  const declaring = DECLARING.map((words) => mentions.filter(({ directive }) => words.some((word) => word === directive.word))).find((found) => found.length > 0);
  return (declaring ?? []).map(({ word }) => locationOf(word, analysis));
}

const DECLARING: readonly (readonly DirectiveWord[])[] = [['address'], ['reference'], ['guards', 'transit'], ['absent']];

/** Every mention of the component under the offset, declarations only if they are asked for. */
export function componentReferences(offset: number, analysis: Analysis, declarations: boolean): Location[] {
  return mentionsAt(offset, analysis).filter(({ directive }) => declarations || directive.word !== 'address').map(({ word }) => locationOf(word, analysis));
}

interface Mention {
  readonly directive: Directive;
  readonly word: Word;
  readonly id: string;
}

function mentionsAt(offset: number, analysis: Analysis): Mention[] {
  const at = directiveAt(offset, analysis);
  const all = at ? analysis.directives.flatMap((directive) => mentionsIn(directive, analysis)) : [];
  const here = all.find(({ word }) => word === at?.word);
  return here ? all.filter(({ id }) => id === here.id) : [];
}

function mentionsIn(directive: Directive, { catalog }: Analysis): Mention[] {
  return componentWords(directive).flatMap((word) => {
    const found = resolveName(word.text, catalog.components.values());
    return found.kind === 'found' ? [{ directive, word, id: found.id }] : [];
  });
}

function componentWords({ word, args }: Directive): readonly Word[] {
  switch (word) {
    case 'guards':
    case 'absent':
      return args;
    case 'transit':
      return args.filter(({ text }) => text !== 'from' && text !== 'to');
    case 'address':
    case 'reference':
      return args.slice(0, 1);
    default:
      return [];
  }
}

const locationOf = ({ span }: Word, { uri, lines }: Analysis): Location => ({ uri, range: rangeOf(span, lines) });
