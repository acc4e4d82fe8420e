/**
 * HCL text as a tree: bodies of attributes and blocks, expressions with exact places.
 * Everything in a top-level item is placed relative to that item, so that an item whose text did not change is the same
 * object in the next reading, wherever it went; `HclTop.base` makes places absolute. Nothing nests deeper than
 * `DEPTH_LIMIT`; long chains of operators and of accesses are flat lists.
 * Source: HashiCorp, HCL Native Syntax Specification (hclsyntax/spec.md); HCL JSON Syntax Specification (json/spec.md).
 */
import type { Span } from '../../core/span.ts';

/** Nested brackets, blocks and operators beyond this are an `error` expression or an `unread` item, and a problem. */
export const DEPTH_LIMIT = 200;

export interface HclFile {
  readonly syntax: 'native' | 'json';
  readonly items: readonly HclTop[];
  /** Absolute places, in text order. JSON has no comments. */
  readonly comments: readonly HclComment[];
  /** Absolute places, in text order. */
  readonly problems: readonly HclProblem[];
}

/** A top-level item; `base` is the offset in the text that the item's places count from. */
export interface HclTop {
  readonly base: number;
  readonly item: HclItem;
}

/** A comment, its markers taken off: `text` starts at `span.start`. */
export interface HclComment {
  readonly span: Span;
  readonly text: string;
}

export interface HclProblem {
  readonly span: Span;
  readonly message: string;
}

export interface HclBody {
  readonly syntax: 'native' | 'json';
  /** In text order. In JSON every property is an attribute; `blocksOf` reads it as blocks where the schema says so. */
  readonly items: readonly HclItem[];
  /** What is between the braces. */
  readonly span: Span;
}

export type HclItem = HclAttribute | HclBlock | HclUnread;

export interface HclName {
  readonly text: string;
  readonly span: Span;
}

export interface HclAttribute {
  readonly kind: 'attribute';
  readonly name: HclName;
  readonly value: HclExpression;
  readonly span: Span;
}

export interface HclBlock {
  readonly kind: 'block';
  readonly type: HclName;
  readonly labels: readonly HclLabel[];
  readonly body: HclBody;
  readonly span: Span;
  /** False if its closing brace was not found, and the block's end is a guess. */
  readonly closed: boolean;
}

/** `span` takes in the quotes. */
export interface HclLabel extends HclName {
  readonly quoted: boolean;
}

/** Text of a body that no item could be made of. */
export interface HclUnread {
  readonly kind: 'unread';
  readonly span: Span;
}

export type HclExpression =
  | HclError
  | { readonly kind: 'number'; readonly value: number; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'null'; readonly span: Span }
  | HclTemplate
  | { readonly kind: 'tuple'; readonly items: readonly HclExpression[]; readonly span: Span }
  | HclObject
  | HclFor
  | HclCall
  | { readonly kind: 'variable'; readonly name: string; readonly span: Span }
  | HclAccess
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: HclExpression; readonly span: Span }
  | HclBinary
  | { readonly kind: 'conditional'; readonly condition: HclExpression; readonly then: HclExpression; readonly otherwise: HclExpression; readonly span: Span }
  | { readonly kind: 'parentheses'; readonly inner: HclExpression; readonly span: Span };

/** A value that is missing, or broken anywhere: nothing half-read passes for known. In the native syntax it is always an attribute's whole value. */
export interface HclError {
  readonly kind: 'error';
  readonly span: Span;
}

/** A string. A template that is one interpolation and nothing else has that expression's value, of any type. */
export interface HclTemplate {
  readonly kind: 'template';
  readonly form: 'quoted' | 'heredoc' | 'json';
  readonly parts: readonly HclTemplatePart[];
  /** With quotes, or from `<<` to the end of the closing marker. */
  readonly span: Span;
}

export type HclTemplatePart =
  /** `text` is the value: escapes decoded, the indentation of `<<-` and what `~` strips taken off. */
  | { readonly kind: 'literal'; readonly text: string; readonly span: Span }
  | { readonly kind: 'interpolation'; readonly expression: HclExpression; readonly span: Span }
  /** `span` goes from `%{if` to the end of `%{endif}`. */
  | { readonly kind: 'if'; readonly condition: HclExpression; readonly then: readonly HclTemplatePart[]; readonly otherwise: readonly HclTemplatePart[]; readonly span: Span }
  | { readonly kind: 'for'; readonly key?: string; readonly value: string; readonly collection: HclExpression; readonly body: readonly HclTemplatePart[]; readonly span: Span };

export interface HclObject {
  readonly kind: 'object';
  readonly items: readonly HclObjectItem[];
  readonly span: Span;
}

export interface HclObjectItem {
  readonly key: HclExpression;
  /** The key's text if it is a bare word or a string without templates; otherwise the key must be evaluated. */
  readonly name?: string;
  readonly value: HclExpression;
  readonly span: Span;
}

/** `[for k, v in collection : value if condition]`, `{for k, v in collection : key => value... if condition}`. */
export interface HclFor {
  readonly kind: 'for';
  readonly keyName?: string;
  readonly valueName: string;
  readonly collection: HclExpression;
  /** Present in the object form. */
  readonly key?: HclExpression;
  readonly value: HclExpression;
  /** `...`: values of one key become a tuple. */
  readonly grouped: boolean;
  readonly condition?: HclExpression;
  readonly span: Span;
}

export interface HclCall {
  readonly kind: 'call';
  /** With its namespace: `provider::aws::arn_parse`. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: readonly HclExpression[];
  /** `...`: the last argument is a list of arguments. */
  readonly expanded: boolean;
  readonly span: Span;
}

/** `source` with one or more accesses after it, in order. */
interface HclAccess {
  readonly kind: 'access';
  readonly source: HclExpression;
  readonly steps: readonly HclStep[];
  readonly span: Span;
}

export type HclStep =
  | { readonly kind: 'attribute'; readonly name: string; readonly span: Span }
  /** `[index]`, or `.0` if `legacy`. */
  | { readonly kind: 'index'; readonly index: HclExpression; readonly legacy: boolean; readonly span: Span }
  /** `.*`: the attributes and legacy indexes that follow apply to each element, anything after those to the result. */
  | { readonly kind: 'attributeSplat'; readonly span: Span }
  /** `[*]`: all steps that follow apply to each element. */
  | { readonly kind: 'splat'; readonly span: Span };

export type HclOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';

/** Operators of one precedence, to be worked from the left: `a - b + c`. */
export interface HclBinary {
  readonly kind: 'binary';
  readonly left: HclExpression;
  readonly operations: readonly { readonly operator: HclOperator; readonly right: HclExpression }[];
  readonly span: Span;
}
