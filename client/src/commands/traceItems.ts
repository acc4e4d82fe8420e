/** The way of a packet as a list: the deciding line first, then every line on the way to it. */
import type { StepJson, TraceJson } from '../../../server/src/features/traceReport.ts';
import type { Packet } from '../server.ts';
import type { Translate } from '../translate.ts';

export interface TraceItem {
  readonly label: string;
  readonly description?: string;
  /** Absent for a heading. */
  readonly step?: StepJson;
}

/** `Accepted: TCP 10.0.0.1 → 10.0.0.2 port 443`. */
export function traceTitle({ from, to, protocol, port }: Packet, { verdict }: TraceJson, t: Translate): string {
  const packet = `${protocol.toUpperCase()} ${from} → ${to}`;
  return `${verdictWord(verdict, t)}: ${port === undefined ? packet : t('{0} port {1}', packet, port)}`;
}

function verdictWord(verdict: TraceJson['verdict'], t: Translate): string {
  switch (verdict) {
    case 'accept': return t('Accepted');
    case 'drop': return t('Dropped');
    case 'mixed': return t('Some accepted, some dropped');
    case 'undecided': return t('Cannot be told');
  }
}

export function traceItems({ policies }: TraceJson, t: Translate): TraceItem[] {
  const several = policies.length > 1;
  return policies.flatMap(({ name, verdict, decidedBy, steps }): TraceItem[] => {
    const way = steps.filter((step) => !isSamePlace(step, decidedBy));
    return [
      { label: several ? `${name}: ${verdictWord(verdict, t)}` : t('decided by') },
      itemOf(decidedBy, '$(target)', t),
      ...(way.length > 0 ? [{ label: t('on the way') }, ...way.map((step) => itemOf(step, '$(arrow-small-right)', t))] : []),
    ];
  });
}

const isSamePlace = (a: StepJson, b: StepJson): boolean => a.path === b.path && a.action === b.action && JSON.stringify(a.range) === JSON.stringify(b.range);

function itemOf(step: StepJson, icon: string, t: Translate): TraceItem {
  const { text, range, action, path } = step;
  const line = t('line {0}', range.start.line);
  const place = path === undefined ? line : `${path.slice(path.lastIndexOf('/') + 1)}, ${line}`;
  return { label: `${icon} ${text.replace(/\s+/g, ' ').trim() || t('the default')}`, description: `${place} · ${action}`, step };
}
