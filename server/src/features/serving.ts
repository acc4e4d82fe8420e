/** Which rules of the text let required flows pass: read off the verdicts, so that it costs no look at other rules. */
import type { RankedEntry } from '../model/policy.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { FlowHere } from './flowCard.ts';

/** The required flows that each rule opens, wholly or in part, by the rule. */
export function servingRules({ reports }: Analysis): ReadonlyMap<RankedEntry, readonly Required<FlowHere>[]> {
  const out = new Map<RankedEntry, Required<FlowHere>[]>();
  for (const report of reports) {
    for (const judged of report.flows) {
      const { openedBy, decidedBy } = judged.verdict;
      for (const entry of new Set([...openedBy, ...decidedBy].flatMap((d) => (d.action === 'accept' && !d.answer && d.entry ? [d.entry] : [])))) {
        const here = { flow: judged.flow, judged, report };
        const known = out.get(entry);
        if (known) known.push(here);
        else out.set(entry, [here]);
      }
    }
  }
  return out;
}
