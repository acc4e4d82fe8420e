/** A module folder as expressions see it: variables, locals and resources, each worked out when first asked for. */
import { t } from '@vscode/l10n';
import type { HclExpression } from '../../text/hcl/tree.ts';
import type { Configuration, Resource } from './configuration.ts';
import { evaluate } from './evaluate.ts';
import { type Instance, type Instances, instancesOf, tooMany } from './instances.ts';
import { Budget, type ModuleScope, type Scope } from './scope.ts';
import { type ResourceValue, type Value, list, object, unknown } from './values.ts';
import { conform } from './variables.ts';

/** Arguments of every resource that are not attributes of it. */
const META = new Set(['count', 'for_each', 'depends_on', 'provider', 'lifecycle']);

/** In steps of the budget: what is made of an instance is more than its value. */
const INSTANCE_COST = 50;

export class Module implements ModuleScope {
  readonly budget = new Budget();
  readonly scope: Scope = { names: new Map(), module: this };
  private readonly values = new Map<string, Value>();
  /** Keys of values that are being worked out, or were. */
  private readonly open = new Set<string>();
  private readonly expanded = new Map<Resource, Instances>();
  private readonly objects = new Map<string, ResourceValue>();

  /** @param given what the variable files say */
  constructor(
    readonly configuration: Configuration,
    private readonly given: ReadonlyMap<string, HclExpression>,
  ) {}

  private once(key: string, work: () => Value): Value {
    const known = this.values.get(key);
    if (known) return known;
    if (this.open.has(key)) return unknown(t('{0} refers to itself', key));
    this.open.add(key);
    const value = work();
    this.values.set(key, value);
    return value;
  }

  variable(name: string): Value {
    return this.once(`var.${name}`, () => {
      const declared = this.configuration.variables.get(name);
      const expression = this.given.get(name) ?? declared?.default;
      if (!expression) return { ...unknown(t('var.{0} has no value here', name)), symbol: `var.${name}` };
      return conform(evaluate(expression, this.scope), declared?.type, this.scope);
    });
  }

  local(name: string): Value {
    return this.once(`local.${name}`, () => {
      const expression = this.configuration.locals.get(name);
      if (!expression) return { ...unknown(t('local.{0} is not in sight', name)), symbol: `local.${name}` };
      const value = evaluate(expression, this.scope);
      return value.kind === 'unknown' && value.symbol === undefined && !value.options && !value.invalid ? { ...value, symbol: `local.${name}` } : value;
    });
  }

  valueOf(expression: HclExpression): Value {
    return evaluate(expression, this.scope);
  }

  instances(resource: Resource): Instances {
    const known = this.expanded.get(resource);
    if (known) return known;
    // While it is being worked out, a resource that refers to itself sees none of its instances.
    this.expanded.set(resource, { kind: 'unknown', instances: [] });
    const made = instancesOf(resource.attributes.get('count')?.node.value, resource.attributes.get('for_each')?.node.value, this.scope);
    const found = made.kind === 'single' || this.budget.spend(made.instances.length * INSTANCE_COST) ? made : tooMany(made, this.scope);
    this.expanded.set(resource, found);
    return found;
  }

  resource(type: string, name: string): Value | undefined {
    const resource = this.configuration.resources.get(`${type}.${name}`);
    if (!resource) return undefined;
    const { kind, instances } = this.instances(resource);
    const all = instances.map((i) => this.objectOf(resource, i));
    switch (kind) {
      case 'single':
        return all[0];
      case 'list': {
        const sure = instances.filter((i) => i.perhaps === undefined).length;
        if (sure === all.length) return list(all);
        return { ...unknown(instances.at(-1)?.perhaps ?? '', all), options: [list(all), list(all.slice(0, sure))] };
      }
      default: {
        const lost = instances.find((i) => i.perhaps !== undefined);
        const more = lost || kind === 'unknown' ? { ...unknown(lost?.perhaps ?? t('its instances are not known')), symbol: resource.address, from: [resource.address] } : undefined;
        const keyed = instances.flatMap((i, at) => (i.suffix === '' ? [] : [[JSON.parse(i.suffix.slice(1, -1)) as string, all[at] as Value] as const]));
        return more && keyed.length === 0 ? more : object(new Map(keyed), more);
      }
    }
  }

  private objectOf(resource: Resource, { suffix, scope }: Instance): ResourceValue {
    const address = resource.address + suffix;
    const known = this.objects.get(address);
    if (known) return known;
    const attribute = (name: string): Value =>
      this.once(`${address}.${name}`, () => {
        const written = META.has(name) ? undefined : resource.attributes.get(name);
        // What the configuration gives an argument, the attribute has after apply.
        const value = written && evaluate(written.node.value, scope);
        if (value && value.kind !== 'null') return value;
        return { ...unknown(t('{0} is known only after apply', `${address}.${name}`)), symbol: `${address}.${name}`, from: [resource.address] };
      });
    const made: ResourceValue = { kind: 'resource', address, attribute };
    this.objects.set(address, made);
    return made;
  }
}
