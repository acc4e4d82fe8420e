/** A finding of a check: plain data that features render. */
import type { Span } from '../core/span.ts';

export const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Every diagnostic code with its default severity (contract: interfaces.md "Diagnostics"). */
export const CODES = {
  'missing-flow': 'error',
  'blocked-flow': 'error',
  'partial-flow': 'error',
  'return-blocked': 'error',
  'fallback-flow': 'information',
  'near-miss': 'warning',
  'broad-rule': 'warning',
  'dead-rule': 'warning',
  'undecided-flow': 'information',
  'unchecked-policy': 'hint',
  'unknown-component': 'error',
  'unknown-workload': 'error',
  'unknown-flow': 'warning',
  'bad-address': 'error',
  'bad-directive': 'error',
} as const satisfies Record<string, Severity>;
export type Code = keyof typeof CODES;

export function isCode(word: string): word is Code {
  return Object.hasOwn(CODES, word);
}

export interface Related {
  readonly uri: string;
  readonly span: Span;
  readonly message: string;
}

/** An edit that the finding itself knows (a misspelt word); fixes of flows are computed from their ids instead. */
export interface Correction {
  readonly title: string;
  readonly span: Span;
  readonly newText: string;
  /** `newText` is a snippet with a place to fill in. */
  readonly snippet?: boolean;
  /** It changes what a rule lets through, so it has to be proven. */
  readonly ofRule?: boolean;
}

export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  /** The document that the span is in. */
  readonly uri: string;
  readonly span: Span;
  readonly message: string;
  /** Ids of the flows concerned. */
  readonly flows: readonly string[];
  /** Key of the policy that names the path, for flow findings. */
  readonly policy?: string;
  readonly related: readonly Related[];
  readonly corrections: readonly Correction[];
  /** Text without effect: shown faded. */
  readonly unnecessary?: boolean;
}
