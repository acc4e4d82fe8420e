import { testCases } from '../cases.ts';

testCases('nftables');
