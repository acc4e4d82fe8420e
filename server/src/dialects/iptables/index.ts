/** iptables: iptables-save files and shell scripts of iptables and ip6tables commands. */
import type { Dialect } from '../dialect.ts';
import { detects } from './detect.ts';
import { DIALECT_ID } from './policies.ts';
import { IptablesReader } from './reader.ts';
import { write, writePolicy, writeRules } from './write.ts';

export const iptables: Dialect = {
  id: DIALECT_ID,
  name: 'iptables',
  files: 'iptables-save and ip6tables-save files (rules.v4, rules.v6), shell scripts that run iptables or ip6tables',
  comment: { line: '#' },
  detect: detects,
  createReader: () => new IptablesReader(),
  write,
  writeRules,
  writePolicy,
};
