/** unchecked-policy: the file names Veeam, and nothing says what its policies stand in front of. */
import { t } from '@vscode/l10n';
import { type Check, finding } from './check.ts';

export const uncheckedPolicy: Check = (analysis) => {
  const [first] = analysis.unguarded;
  if (!first || analysis.reports.length > 0 || analysis.directives.some((d) => d.word === 'guards' || d.word === 'transit' || d.word === 'off') || !/veeam/i.test(analysis.text)) return [];
  return [
    finding({
      code: 'unchecked-policy',
      uri: first.head.uri,
      span: first.head.header,
      message: t('This file names Veeam. Say what it stands in front of, and it is checked: “veeam-ports: guards COMPONENT”.'),
      policy: first.head.key,
    }),
  ];
};
