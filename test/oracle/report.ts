// Says a disagreement in words and as the text and query with which to repeat it.
import type { Disagreement, SourceText } from './compare.ts';

const end = (address: string, port: number | undefined): string => (port === undefined ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);

export function describeDisagreement(source: SourceText, seed: number, { kind, kernel, product, query, steps }: Disagreement): string {
  const by = product.decidedBy;
  const reason = by ? ` by ${by.line === undefined ? '' : `line ${by.line}, `}${by.action}: ${by.text.replaceAll(/\s+/g, ' ')}` : '';
  const met = steps?.map(step => `${step.table} ${step.chain} ${step.tag ?? step.type} ${step.verdict}`).join(' → ');
  const icmp = query.icmpType === undefined ? '' : ` type ${query.icmpType} code ${query.icmpCode ?? 0}`;
  const interfaces = `${query.inInterface === undefined ? '' : `, in by ${query.inInterface}`}${query.outInterface === undefined ? '' : `, out by ${query.outInterface}`}`;
  return [
    `${source.fileName}, seed ${seed}, ${kind}: the kernel says ${kernel}, the product ${product.verdict}${reason}`,
    `packet: protocol ${query.protocol}${icmp}, ${end(query.from, query.sourcePort)} to ${end(query.to, query.port)}, ${query.direction}, ${query.state}${interfaces}`,
    ...(met === undefined ? [] : [`the kernel met: ${met || 'nothing'}`]),
    `query: ${JSON.stringify(query)}`,
    '----',
    source.text,
    ...Object.entries(source.files).filter(([name]) => source.text.includes(name)).map(([name, text]) => `---- ${name}\n${text}`),
  ].join('\n');
}
