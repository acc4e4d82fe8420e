/** Every dialect, in the order in which detection asks them. */
import type { Dialect, SourceFile } from './dialect.ts';
import { iptables } from './iptables/index.ts';
import { nftables } from './nftables/index.ts';
import { terraform } from './terraform/index.ts';

export const DIALECTS: readonly Dialect[] = [nftables, iptables, terraform];

export function dialectById(id: string): Dialect | undefined {
  return DIALECTS.find((d) => d.id === id);
}

export function detectDialect(file: SourceFile): Dialect | undefined {
  return DIALECTS.find((d) => d.detect(file));
}
