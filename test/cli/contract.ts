/** The JSON outputs as design/interfaces.md promises them: every key, no other. */
import * as v from 'valibot';

const position = v.strictObject({ line: v.pipe(v.number(), v.integer(), v.minValue(1)), column: v.pipe(v.number(), v.integer(), v.minValue(1)) });
const range = v.strictObject({ start: position, end: position });
const direction = v.picklist(['in', 'out', 'transit']);
const severity = v.picklist(['error', 'warning', 'information', 'hint']);
const transport = v.picklist(['tcp', 'udp']);
const ports = v.pipe(v.string(), v.regex(/^\d+(?:-\d+)?$/));
const cidrs = v.pipe(v.array(v.pipe(v.string(), v.regex(/^[\da-f.:]+(?:\/\d+)?$/))), v.minLength(1));
const part = v.strictObject({ transport, ports, from: v.optional(cidrs), to: v.optional(cidrs) });
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const flow = v.strictObject({
  flow: v.pipe(v.string(), v.regex(/^[\w-]+\/[\w-]+\/[\w-]+\/[\w+,-]+$/)),
  verdict: v.picklist(['open', 'missing', 'blocked', 'partial', 'undecided']),
  required: v.strictObject({ transport: v.array(transport), mode: v.picklist(['only', 'all', 'any', 'prefer']), items: v.array(v.pipe(v.string(), v.regex(/^\d+(?:-\d+|\+)?$/))) }),
  open: v.array(part),
  lacking: v.array(part),
  undecided: v.array(part),
  decidedBy: v.array(v.strictObject({
    path: v.string(),
    range,
    text: v.string(),
    action: v.picklist(['accept', 'drop', 'reject', 'default']),
    part: v.array(part),
    answer: v.optional(v.literal(true)),
  })),
  assumptions: v.array(v.string()),
  conditions: v.array(v.strictObject({ feature: v.string(), state: v.picklist(['on', 'off', 'unstated']), text: v.string() })),
});

export const checkJson = v.strictObject({
  schema: v.literal(1),
  files: v.array(v.strictObject({
    path: v.string(),
    dialect: v.picklist(['nftables', 'iptables', 'terraform']),
    policies: v.array(v.strictObject({ name: v.string(), direction, guards: v.array(v.string()), range, flows: v.array(flow) })),
    diagnostics: v.array(v.strictObject({ code: v.string(), severity, message: v.string(), range, flows: v.array(v.string()) })),
  })),
  notRequired: v.array(v.string()),
  summary: v.strictObject({
    files: count,
    policies: count,
    flows: v.strictObject({ open: count, missing: count, blocked: count, partial: count, undecided: count }),
    diagnostics: v.strictObject({ error: count, warning: count, information: count, hint: count }),
  }),
});
export type CheckOutput = v.InferOutput<typeof checkJson>;

const traceVerdict = v.picklist(['accept', 'drop', 'undecided', 'mixed']);
const step = v.strictObject({ path: v.optional(v.string()), range, text: v.string(), action: v.picklist(['accept', 'drop', 'reject', 'default', 'jump', 'goto', 'undecided']) });

export const traceJson = v.strictObject({
  schema: v.literal(1),
  policies: v.array(v.strictObject({ name: v.string(), direction, verdict: traceVerdict, decidedBy: step, steps: v.array(step) })),
  verdict: traceVerdict,
});

export const packetJson = v.strictObject({ verdict: traceVerdict, decidedBy: v.nullable(step) });

const words = v.optional(v.pipe(v.array(v.string()), v.minLength(1)));

export const rulesJson = v.strictObject({
  schema: v.literal(1),
  dialect: v.string(),
  policies: v.array(v.strictObject({
    name: v.string(),
    direction,
    families: v.array(v.picklist(['ipv4', 'ipv6'])),
    order: v.string(),
    default: v.picklist(['accept', 'drop', 'reject']),
    stateful: v.boolean(),
    rules: v.array(v.strictObject({
      chain: v.optional(v.string()),
      path: v.optional(v.string()),
      range,
      text: v.string(),
      action: v.pipe(v.string(), v.regex(/^(?:accept|drop|reject|continue|return|untrack|unknown|(?:jump|goto) \S+)$/)),
      match: v.array(v.strictObject({
        family: v.optional(v.picklist(['ipv4', 'ipv6'])), from: words, to: words, protocol: words, sourcePorts: words, ports: words, icmp: words, state: words, flags: v.optional(v.string()), also: words,
      })),
    })),
    unmodelled: v.array(v.strictObject({ path: v.optional(v.string()), range, why: v.string() })),
  })),
});

const party = v.strictObject({ id: v.string(), name: v.string() });
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

export const flowsJson = v.strictObject({
  schema: v.literal(1),
  requirements: v.array(v.strictObject({
    flow: v.string(),
    workload: v.string(),
    page: v.pipe(v.string(), v.startsWith('https://helpcenter.veeam.com/')),
    revision: v.pipe(v.string(), v.isoDate()),
    build: v.string(),
    section: v.string(),
    row: v.pipe(v.number(), v.integer(), v.minValue(1)),
    from: party,
    to: party,
    transport,
    application: v.nullable(v.string()),
    port: v.strictObject({ first: port, last: port, openEnded: v.boolean() }),
    sourcePorts: v.pipe(v.string(), v.regex(/^\d+-\d+$/)),
    mode: v.picklist(['only', 'all', 'any', 'prefer', 'fallback']),
    conditions: v.array(v.strictObject({ feature: v.string(), text: v.string() })),
    openedBy: v.nullable(v.picklist(['installer', 'session'])),
    self: v.boolean(),
    purpose: v.string(),
    source: v.string(),
  })),
});
