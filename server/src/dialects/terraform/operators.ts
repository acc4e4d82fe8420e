/** Operators on values (Terraform language documentation, "Arithmetic and Logical Operators"). */
import { t } from '@vscode/l10n';
import { type Value, asBoolean, asNumber, boolean, invalid, keyOf, number, unknown } from './values.ts';

/** `||`, `&&`, comparisons and arithmetic; what one side settles does not need the other. */
export function operate(operator: string, a: Value, b: Value): Value {
  if (operator === '&&' || operator === '||') {
    const [x, y] = [asBoolean(a), asBoolean(b)];
    const settles = operator === '||';
    if (x === settles || y === settles) return boolean(settles);
    return x === undefined || y === undefined ? undecided(a, b) : boolean(!settles);
  }
  if (operator === '==' || operator === '!=') {
    const same = equal(a, b);
    return same === undefined ? undecided(a, b) : boolean(same === (operator === '=='));
  }
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x === undefined || y === undefined) return undecided(a, b);
  switch (operator) {
    case '<':
      return boolean(x < y);
    case '<=':
      return boolean(x <= y);
    case '>':
      return boolean(x > y);
    case '>=':
      return boolean(x >= y);
    case '+':
      return number(x + y);
    case '-':
      return number(x - y);
    case '*':
      return number(x * y);
    case '/':
      return y === 0 ? invalid(t('a division by zero')) : number(x / y);
    default:
      return y === 0 ? invalid(t('a division by zero')) : number(x % y);
  }
}

function undecided(a: Value, b: Value): Value {
  const lost = a.kind === 'unknown' ? a : b.kind === 'unknown' ? b : undefined;
  return lost ? unknown(lost.why, [a, b]) : invalid(t('the operator does not take these values'), [a, b]);
}

/** Values of different types are never equal ("Equality Operators"). */
function equal(a: Value, b: Value): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'resource' || b.kind === 'resource') return undefined;
  if (a.kind !== b.kind) return false;
  const [x, y] = [keyOf(a), keyOf(b)];
  if (x === undefined || y === undefined || x.includes('<') || y.includes('<')) return x !== undefined && x === y ? true : undefined;
  return x === y;
}
