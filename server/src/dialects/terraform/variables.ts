/**
 * Values of variables: what the variable files say, else the default, made to fit the declared type.
 * Sources: Terraform language documentation, "Variable Definition Precedence" (terraform.tfvars, then terraform.tfvars.json, then
 * *.auto.tfvars and *.auto.tfvars.json in the order of their names; the last wins) and "Type Constraints" (`optional`).
 */
import type { HclExpression } from '../../text/hcl/tree.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './scope.ts';
import { NULL, type Value, asBoolean, asNumber, asString, boolean, list, number, object, set, string } from './values.ts';

/** Which variable files Terraform reads unasked; a later rank wins. */
export function variableFileRank(name: string): number | undefined {
  if (name === 'terraform.tfvars') return 0;
  if (name === 'terraform.tfvars.json') return 1;
  return /\.auto\.tfvars(?:\.json)?$/.test(name) ? 2 : undefined;
}

/** A value as its type constraint makes it: elements converted, missing optional attributes filled in. */
export function conform(value: Value, type: HclExpression | undefined, scope: Scope): Value {
  if (!type || value.kind === 'null' || value.kind === 'unknown' || value.kind === 'resource') return value;
  if (type.kind === 'variable') return primitive(value, type.name);
  if (type.kind !== 'call') return value;
  const [inner] = type.arguments;
  switch (type.name) {
    case 'list':
      return value.kind === 'list' ? list(value.items.map((v) => conform(v, inner, scope)), value.more) : value;
    case 'set':
      return value.kind === 'list' ? set(value.items.map((v) => conform(v, inner, scope)), value.more) : value;
    case 'map':
      return value.kind === 'object' ? object(new Map([...value.entries].map(([k, v]) => [k, conform(v, inner, scope)])), value.more) : value;
    case 'object':
      return value.kind === 'object' && inner?.kind === 'object' ? conformObject(value, inner, scope) : value;
    default:
      return value;
  }
}

function conformObject(value: Value & { kind: 'object' }, type: HclExpression & { kind: 'object' }, scope: Scope): Value {
  const entries = new Map<string, Value>();
  for (const { name, value: declared } of type.items) {
    if (name === undefined) continue;
    const optional = declared.kind === 'call' && declared.name === 'optional' ? declared.arguments : undefined;
    const constraint = optional ? optional[0] : declared;
    const given = value.entries.get(name);
    if (given && !(given.kind === 'null' && optional?.[1])) entries.set(name, conform(given, constraint, scope));
    else if (value.more) entries.set(name, value.more);
    else if (optional) entries.set(name, optional[1] ? conform(evaluate(optional[1], scope), constraint, scope) : NULL);
  }
  return object(entries);
}

function primitive(value: Value, type: string): Value {
  switch (type) {
    case 'string':
      return made(asString(value), string, value);
    case 'number':
      return made(asNumber(value), number, value);
    case 'bool':
      return made(asBoolean(value), boolean, value);
    default:
      return value;
  }
}

function made<T>(converted: T | undefined, make: (value: T) => Value, otherwise: Value): Value {
  return converted === undefined ? otherwise : make(converted);
}
