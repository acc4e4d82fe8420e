import { testCases } from '../cases.ts';

testCases('terraform');
