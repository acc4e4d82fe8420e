/** What a file keeps closed as a table that a network team can work from: one row for each flow of each policy that lacks it. */
import { t } from '@vscode/l10n';
import { catalogText } from '../catalog/text.ts';
import { addressSetToCidrs } from '../core/addresses.ts';
import { formatPorts } from '../core/packets.ts';
import { unionAll } from '../core/intervals.ts';
import { componentName, neededItems } from '../checks/words.ts';
import type { Code, Finding } from '../model/finding.ts';
import type { Host, Verdict } from '../model/verdict.ts';
import type { Analysis, JudgedFlow } from '../workspace/analysis.ts';
import { csv } from './csv.ts';
import { markdownTable } from './markdownTable.ts';
import { isInternet } from './permits.ts';
import { workbook } from './workbook.ts';

export const REQUEST_FORMATS = ['markdown', 'csv', 'xlsx'] as const;
export type RequestFormat = (typeof REQUEST_FORMATS)[number];

export interface PortRequest {
  readonly flows: number;
  /** UTF-8; of a workbook a ZIP archive, byte by byte. */
  readonly content: string | readonly number[];
}

function columns(): string[] {
  return [t('From'), t('From addresses'), t('To'), t('To addresses'), t('Protocol'), t('Ports'), t('State'), t('When'), t('Purpose'), t('Policy'), t('Page'), t('Revision'), t('Build'), t('Flow')];
}

const STATE: Readonly<Record<Verdict, () => string>> = {
  open: () => t('open'),
  missing: () => t('closed'),
  blocked: () => t('denied by a rule'),
  partial: () => t('partly open'),
  undecided: () => t('cannot be told'),
};

const ABOUT_CLOSED: ReadonlySet<Code> = new Set(['missing-flow', 'blocked-flow', 'partial-flow', 'return-blocked', 'undecided-flow']);

/** @param findings of the analysis: a flow that none of them names, since an alternative serves or a directive ignores it, is not asked for. */
export function portRequest(analysis: Analysis, findings: readonly Finding[], format: RequestFormat): PortRequest {
  const closed = findings.filter(({ code }) => ABOUT_CLOSED.has(code));
  const rows = analysis.reports.flatMap(({ path, flows }) =>
    flows.filter(({ flow }) => closed.some((finding) => finding.policy === path.head.key && finding.flows.includes(flow.id))).map((judged) => cells(judged, path.name, analysis)),
  );
  const table = [columns(), ...rows];
  return { flows: rows.length, content: format === 'csv' ? csv(table) : format === 'markdown' ? `${markdownTable(table)}\n` : [...workbook(t('Ports'), table)] };
}

function cells({ flow, verdict, conditions }: JudgedFlow, policy: string, analysis: Analysis): string[] {
  const [source] = flow.sources;
  const lacking = unionAll(verdict.lacking.map(({ dport }) => dport));
  return [
    componentName(analysis, flow.from),
    addresses(verdict.from, analysis),
    componentName(analysis, flow.to),
    addresses(verdict.to, analysis),
    flow.transports.map((transport) => transport.toUpperCase()).join(', '),
    verdict.verdict === 'partial' && lacking.length > 0 ? formatPorts(lacking).join(', ') : neededItems(flow),
    STATE[verdict.verdict](),
    conditions.length > 0 ? conditions.map(({ text }) => catalogText(text)).join(' ') : t('always'),
    catalogText(flow.purpose),
    policy,
    source?.page ?? '',
    source?.revision ?? '',
    source?.build ?? '',
    flow.id,
  ];
}

/** Empty where the file declares none; of the internet the documented host names. */
function addresses(host: Host, { catalog }: Analysis): string {
  if (isInternet(host)) return (catalog.components.get(host.component)?.hostNames ?? []).join(', ') || t('internet');
  return host.kind === 'known' ? addressSetToCidrs(host.addresses).join(', ') : '';
}
