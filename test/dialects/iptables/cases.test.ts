import { testCases } from '../cases.ts';

testCases('iptables');
