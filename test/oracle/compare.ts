// Asks the kernel and the product about the same packets and says where they differ.
import type { KernelOracle, KernelVerdict, Step } from './kernel.ts';
import type { AimedProbe } from './generate/probes.ts';
import { PROTOCOL } from './packets.ts';
import { type Direction, type Rendered, render, type RuleSet } from './ruleSet.ts';

/** One line of `trace --packets`, and the interfaces of its options. */
export interface PacketQuery {
  readonly from: string;
  readonly to: string;
  /** IP protocol number. */
  readonly protocol: number;
  readonly sourcePort?: number;
  readonly port?: number;
  /** Absent: an echo request. */
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly direction: Direction;
  readonly state: 'new' | 'established';
  readonly inInterface?: string;
  readonly outInterface?: string;
}

export interface TraceAnswer {
  readonly verdict: 'accept' | 'drop' | 'undecided' | 'mixed';
  readonly decidedBy?: {
    /** Of the rule in the file, from 1; absent for a policy's default and for a rule of an included file. */
    readonly line?: number;
    readonly action: string;
    readonly text: string;
  };
}

export interface SourceText {
  readonly text: string;
  /** By its id. */
  readonly dialect: string;
  readonly fileName: string;
  /** What the text includes, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** The product: verdicts in the order of the packets. */
export type Trace = (source: SourceText, packets: readonly PacketQuery[]) => readonly TraceAnswer[];

export interface Disagreement {
  /** `verdict`: accept against drop. `undecided`: no verdict though every match is modelled. `reason`: the right verdict from another rule. */
  readonly kind: 'verdict' | 'undecided' | 'reason';
  readonly probe: AimedProbe;
  readonly query: PacketQuery;
  readonly kernel: 'accept' | 'drop';
  /** The rules that the kernel says it met; only of tagged rule sets and requests. */
  readonly steps?: readonly Step[];
  readonly product: TraceAnswer;
}

export interface Judgement {
  readonly disagreements: readonly Disagreement[];
  /** Requests and answers compared. */
  readonly compared: number;
  readonly accepted: number;
  /** Undecided for a good reason: the rule set has matches that no text decides. */
  readonly undecided: number;
  /** Item → how many probes a rule with it decided, by the kernel's word and the product's alike. */
  readonly decided: ReadonlyMap<string, number>;
}

export const sourceOf = (ruleSet: RuleSet, { text }: Rendered): SourceText => ({ text, dialect: ruleSet.dialect, fileName: ruleSet.fileName, files: ruleSet.files ?? {} });

export function requestQuery({ from, to, protocol, sourcePort, port, icmpType, icmpCode, direction, inInterface, outInterface }: AimedProbe): PacketQuery {
  return {
    from,
    to,
    protocol,
    ...(sourcePort !== undefined && { sourcePort }),
    ...(port !== undefined && { port }),
    ...(icmpType !== undefined && { icmpType }),
    ...(icmpCode !== undefined && { icmpCode }),
    direction,
    state: 'new',
    ...(inInterface !== undefined && { inInterface }),
    ...(outInterface !== undefined && { outInterface }),
  };
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = { in: 'out', out: 'in', transit: 'transit' };

/** The answer's question, or undefined where the oracle cannot send one: only an echo is answered in ICMP. */
function answerQuery({ from, to, protocol, sourcePort, port, icmpType, icmpCode, direction, inInterface, outInterface }: AimedProbe): PacketQuery | undefined {
  const icmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
  if (icmp && icmpType !== 8 && icmpType !== 128) return undefined;
  return {
    from: to,
    to: from,
    protocol,
    ...(port !== undefined && { sourcePort: port }),
    ...(sourcePort !== undefined && { port: sourcePort }),
    ...(icmp && { icmpType: protocol === PROTOCOL.icmp ? 0 : 129, icmpCode: icmpCode ?? 0 }),
    direction: OPPOSITE[direction],
    state: 'established',
    ...(outInterface !== undefined && { inInterface: outInterface }),
    ...(inInterface !== undefined && { outInterface: inInterface }),
  };
}

interface Asked {
  readonly probe: AimedProbe;
  readonly query: PacketQuery;
  readonly kernel: 'accept' | 'drop';
  readonly steps?: readonly Step[];
}

function askedOf(probe: AimedProbe, verdict: KernelVerdict, ruleSet: RuleSet): Asked[] {
  const request: Asked = { probe, query: requestQuery(probe), kernel: verdict.verdict, ...(verdict.steps && { steps: verdict.steps }) };
  const answer = verdict.answer === undefined ? undefined : answerQuery(probe);
  // where the answer meets no policy of the text, there is nothing to ask the product
  const filtered = ruleSet.paths.some(path => path.family === probe.family && path.direction === answer?.direction);
  return answer && filtered && verdict.answer !== undefined ? [request, { probe, query: answer, kernel: verdict.answer }] : [request];
}

/** The rules that ended the packet's way through a base chain. */
const deciding = (steps: readonly Step[]): Step[] => steps.filter(step => step.verdict === 'accept' || step.verdict === 'drop');

/** Whether the product's reason is one that the kernel gives: for a drop its last step, else any chain's accept. */
function reasonHolds(answer: TraceAnswer, steps: readonly Step[], rendered: Rendered): boolean {
  const line = answer.decidedBy?.line;
  const tag = line === undefined ? undefined : rendered.lines.get(line)?.line.tag;
  if (tag === undefined) return true;
  const ends = deciding(steps);
  // nft does not list the comments in a chain written in braces: the rule that jumps there stands for it
  if (ends.at(-1)?.chain.startsWith('__chain')) return steps.some(step => step.tag === tag);
  return answer.verdict === 'drop' ? steps.at(-1)?.tag === tag || ends.at(-1)?.tag === tag : steps.some(step => step.tag === tag);
}

async function loadInto(kernel: KernelOracle, ruleSet: RuleSet, text: string): Promise<{ ok: boolean; error: string }> {
  return kernel.load(ruleSet.loader, text, { ...(ruleSet.files && { files: ruleSet.files }), ...(ruleSet.before !== undefined && { before: ruleSet.before }) });
}

/** Whether a smaller rule set that loads still shows the disagreement on the same packet. */
export async function compareSmall(kernel: KernelOracle, trace: Trace, ruleSet: RuleSet, { kind, probe, query, product }: Disagreement): Promise<Disagreement | undefined> {
  if (!(await loadInto(kernel, ruleSet, render(ruleSet.nodes).text)).ok) return undefined;
  const { disagreements } = await compareLoaded(kernel, trace, ruleSet, [probe]);
  const alike = (other: TraceAnswer) => other.verdict === product.verdict && (kind === 'reason' || (other.decidedBy?.line === undefined) === (product.decidedBy?.line === undefined));
  return disagreements.find(found => found.kind === kind && found.query.state === query.state && alike(found.product) && (kind !== 'reason' || found.steps?.every(step => step.type !== 'rule' || step.tag)));
}

/** Loads the rule set into the kernel, asks both, and compares. @throws if the kernel refuses the text. */
export async function judge(kernel: KernelOracle, trace: Trace, ruleSet: RuleSet, probes: readonly AimedProbe[]): Promise<Judgement> {
  const { text } = render(ruleSet.nodes);
  const loaded = await loadInto(kernel, ruleSet, text);
  if (!loaded.ok) throw new Error(`seed ${ruleSet.seed} does not load: ${loaded.error}\n${text}`);
  return compareLoaded(kernel, trace, ruleSet, probes);
}

async function compareLoaded(kernel: KernelOracle, trace: Trace, ruleSet: RuleSet, probes: readonly AimedProbe[]): Promise<Judgement> {
  const rendered = render(ruleSet.nodes);
  const verdicts = await kernel.probe(probes, { answers: !ruleSet.translated && !ruleSet.untracked, traced: ruleSet.tagged });
  const asked = probes.flatMap((probe, i) => {
    const verdict = verdicts[i];
    return verdict ? askedOf(probe, verdict, ruleSet) : [];
  });
  const answers = trace(sourceOf(ruleSet, rendered), asked.map(one => one.query));
  const disagreements: Disagreement[] = [];
  const decided = new Map<string, number>();
  let undecided = 0;
  asked.forEach((one, i) => {
    const product = answers[i];
    if (!product) throw new Error('the product left a packet unanswered');
    if (product.verdict === one.kernel) {
      if (!one.steps) return;
      if (!ruleSet.oneReason || reasonHolds(product, one.steps, rendered)) for (const item of itemsDeciding(one.steps, rendered)) decided.set(item, (decided.get(item) ?? 0) + 1);
      else disagreements.push({ kind: 'reason', ...one, product });
    } else if (product.verdict === 'undecided' && ruleSet.maybe) {
      undecided++;
      for (const item of itemsAt(product.decidedBy?.line, rendered)) decided.set(item, (decided.get(item) ?? 0) + 1);
    } else disagreements.push({ kind: product.verdict === 'undecided' || product.verdict === 'mixed' ? 'undecided' : 'verdict', ...one, product });
  });
  return { disagreements, compared: asked.length, accepted: asked.filter(one => one.kernel === 'accept').length, undecided, decided };
}

function itemsAt(line: number | undefined, rendered: Rendered): readonly string[] {
  return line === undefined ? [] : (rendered.lines.get(line)?.items ?? []);
}

/** Items of every rule that the kernel met and that matched: those that decided, and those that led there. */
function itemsDeciding(steps: readonly Step[], rendered: Rendered): ReadonlySet<string> {
  const byTag = new Map([...rendered.lines.values()].flatMap(one => (one.line.tag === undefined ? [] : [[one.line.tag, one.items] as const])));
  const items = new Set(steps.flatMap(step => (step.tag === undefined ? [] : (byTag.get(step.tag) ?? []))));
  for (const { table, chain } of steps.filter(step => step.type === 'policy')) {
    items.add('policy');
    for (const one of rendered.lines.values()) if (one.line.policyOf === `${table} ${chain}`) for (const item of one.items) items.add(item);
  }
  return items;
}
