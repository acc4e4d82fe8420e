/** Calls of functions: what works on known values only is lifted over values that are one of several. */
import { t } from '@vscode/l10n';
import { type Value, invalid, oneOf, unknown, unknownIn } from '../values.ts';
import { COLLECTION_FUNCTIONS } from './collections.ts';
import type { Fn } from './function.ts';
import { NETWORK_FUNCTIONS } from './network.ts';
import { STRING_FUNCTIONS } from './strings.ts';

const ON_KNOWN: Readonly<Record<string, Fn>> = { ...STRING_FUNCTIONS, ...NETWORK_FUNCTIONS };

/** `try` and `can` are not here: they do not evaluate all of their arguments. */
export function call(name: string, args: readonly Value[]): Value {
  const onKnown = Object.hasOwn(ON_KNOWN, name) ? ON_KNOWN[name] : undefined;
  const fn = onKnown ?? (Object.hasOwn(COLLECTION_FUNCTIONS, name) ? COLLECTION_FUNCTIONS[name] : undefined);
  if (!fn) return unknown(t('the function {0} is not worked out', name), args);
  const refused = args.find((a) => a.kind === 'unknown' && a.invalid);
  if (refused) return refused;
  const [at, ...others] = args.flatMap((a, i) => (a.kind === 'unknown' && a.options ? [i] : []));
  const arg = at === undefined ? undefined : args[at];
  if (others.length === 0 && arg?.kind === 'unknown' && arg.options) return oneOf(arg.why, arg.options.map((option) => call(name, args.map((a, i) => (i === at ? option : a)))));
  if (onKnown) {
    for (const one of args) {
      const lost = unknownIn(one);
      if (lost) return unknown(lost.why, args);
    }
  }
  return fn(args) ?? invalid(t('{0} does not take these values', name), args);
}
