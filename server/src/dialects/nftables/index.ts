/** The nftables dialect: files that `nft -f` reads. */
import type { Dialect } from '../dialect.ts';
import { detectNftables } from './detect.ts';
import { NftablesReader } from './reader.ts';
import { write, writePolicy, writeRules } from './write.ts';

export const nftables: Dialect = {
  id: 'nftables',
  name: 'nftables',
  files: '*.nft, nftables.conf, scripts for nft -f',
  comment: { line: '#' },
  detect: detectNftables,
  createReader: () => new NftablesReader(),
  write,
  writeRules,
  writePolicy,
};
