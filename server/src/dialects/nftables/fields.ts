/** Where a rule's text says what, for messages that point at one value. */
import { type Span, span } from '../../core/span.ts';
import type { Field, FieldRole } from '../../model/rule.ts';
import type { Cursor } from './cursor.ts';
import type { Selector, Statement } from './syntax.ts';

export function fieldsOf(statement: Statement, c: Cursor, from: number): Field[] {
  switch (statement.kind) {
    case 'match':
    case 'vmap': {
      const out: Field[] = [];
      for (const selector of statement.left) {
        if (selector.head && hasProtocolHead(selector)) out.push({ role: 'protocol', span: selector.head });
      }
      for (const selector of statement.left) out.push({ role: roleOf(selector), span: statement.right.span });
      return out;
    }
    case 'verdict':
      return [{ role: 'action', span: statement.verdict.kind === 'jump' || statement.verdict.kind === 'goto' ? wordSpan(c, from) : statement.verdict.span }];
    case 'translate':
      return [{ role: 'action', span: statement.span }];
    case 'maybe':
      return [{ role: 'other', span: statement.span }];
    default:
      return [];
  }
}

/** The verdict's word and, if it is named, its chain; not the block of an anonymous one. */
function wordSpan(c: Cursor, from: number): Span {
  const first = c.tokens[from];
  const second = c.tokens[from + 1];
  if (!first) return span(0, 0);
  return second && second.kind !== 'punctuation' ? span(first.start, second.end) : span(first.start, first.end);
}

function hasProtocolHead({ subject }: Selector): boolean {
  return (subject.kind === 'port' && subject.protocol !== undefined) || subject.kind === 'icmp' || subject.kind === 'flags';
}

function roleOf({ subject }: Selector): FieldRole {
  switch (subject.kind) {
    case 'address':
    case 'address-type':
      return subject.end;
    case 'port':
      return subject.end;
    case 'protocol':
      return 'protocol';
    case 'state':
      return 'state';
    case 'interface':
      return 'interface';
    case 'icmp':
      return 'dport';
    default:
      return 'other';
  }
}
