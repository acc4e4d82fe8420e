/** Texts of any size that a careless or hostile author could hand over, per dialect. */
import type { Generator } from './generators.ts';
import { IPTABLES } from './iptables.ts';
import { NFTABLES } from './nftables.ts';
import { TERRAFORM } from './terraform.ts';

export const HOSTILE: Readonly<Record<string, Readonly<Record<string, Generator>>>> = { nftables: NFTABLES, iptables: IPTABLES, terraform: TERRAFORM };
