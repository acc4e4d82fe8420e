/** Documents analysed as the product does it, and what a test wants to see of the result. */
import type { Overrides } from '../../server/src/workspace/analysis.ts';
import type { Analysis } from '../../server/src/workspace/analysis.ts';
import { createLanguageService } from '../../server/src/service.ts';

export function analyseNft(text: string, overrides: Overrides = {}): Analysis {
  const analysis = createLanguageService().analyse({ uri: 'file:///rules.nft', text }, { dialect: 'nftables', overrides });
  if (!analysis) throw new Error('not read');
  return analysis;
}

/** A file with an input, an output and a forward chain of the default drop, each with lines that stand above it. */
export function chains(above: { head?: string; table?: string; input?: string; inInput?: string; output?: string; forward?: string } = {}): string {
  const { head = '', table = '', input = '', inInput = '', output = '', forward = '' } = above;
  const lines = (text: string, indent: string): string => (text === '' ? '' : text.replace(/^(?!$)/gm, indent) + '\n');
  return `${lines(head, '')}${lines(table, '')}table inet filter {
${lines(input, '\t')}	chain input {
		type filter hook input priority filter; policy drop;
${lines(inInput, '\t\t')}		tcp dport 22 accept
	}

${lines(output, '\t')}	chain output {
		type filter hook output priority filter; policy drop;
	}

${lines(forward, '\t')}	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}
`;
}

/** `input: guards ahv-worker`, `forward: transit`, one for each guarded path. */
export function guardsOf({ reports }: Analysis): string[] {
  return reports.map(({ path, guard }) => {
    const name = path.name.split(' ').at(-1) ?? '';
    if (guard.kind === 'host') return `${name}: guards ${guard.components.join(' ')}`;
    return [`${name}: transit`, ...(guard.from ? ['from', ...guard.from] : []), ...(guard.to ? ['to', ...guard.to] : [])].join(' ');
  });
}

/** Ids of the flows that a path must let through, with what hangs on unstated features marked. */
export function requiredOf({ reports }: Analysis, path?: string): string[] {
  return reports.filter((r) => path === undefined || r.path.name.endsWith(path)).flatMap((r) => r.flows.map((f) => `${f.flow.id}${f.unstated ? ' ?' : ''}`));
}

/** `code at «text»: message`, in the order in which they are found. */
export function directiveErrors(analysis: Analysis): string[] {
  return analysis.directiveFindings.map((f) => `${f.code} at «${analysis.text.slice(f.span.start, f.span.end)}»: ${f.message}`);
}
