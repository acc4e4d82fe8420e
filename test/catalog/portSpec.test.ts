import { describe, expect, it } from 'vitest';
import { readPortRange, readPortSpec, readProtocol } from '../../server/src/catalog/portSpec.ts';
import { portText } from '../../server/src/model/flow.ts';

describe('port expressions', () => {
  it.each([
    ['443', 'only', '443'],
    ['2500-3300', 'only', '2500-3300'],
    ['2049+', 'only', '2049+'],
    ['135, 445', 'all', '135 445'],
    ['443 or 80', 'any', '443 80'],
    ['1058+ or 1063+', 'any', '1058+ 1063+'],
    ['6162 else 2500-3300', 'prefer', '6162 2500-3300'],
    ['65535', 'only', '65535'],
  ])('%s is %s of %s', (text, mode, items) => {
    const spec = readPortSpec(text);
    expect('value' in spec && [spec.value.mode, spec.value.items.map(portText).join(' ')]).toEqual([mode, items]);
  });

  it.each([
    '', '0', '65536', '3300-2500', '443,', 'http', '443 or', '1 or 2, 3', '1 else 2 else 3', '1058+-1063', '-1', '1.5', ' or ', '99999999999999999999',
  ])('"%s" is none', (text) => {
    expect(readPortSpec(text)).toHaveProperty('problem');
  });
});

describe('source port ranges', () => {
  it('have two ends', () => {
    expect(readPortRange('1-65535')).toEqual({ value: { first: 1, last: 65535 } });
    expect(readPortRange('1024+')).toHaveProperty('problem');
  });
});

describe('protocols', () => {
  it.each([
    ['TCP', ['tcp'], undefined], ['UDP', ['udp'], undefined], ['TCP, UDP', ['tcp', 'udp'], undefined], ['UDP, TCP', ['tcp', 'udp'], undefined],
    ['TCP/HTTPS', ['tcp'], 'HTTPS'], ['TCP/iSCSI', ['tcp'], 'iSCSI'],
  ])('%s', (text, transports, application) => {
    expect(readProtocol(text)).toEqual({ value: { transports, ...(application !== undefined && { application }) } });
  });

  it.each(['', 'HTTPS', 'ICMP', 'TCP/', 'TCP, TCP', 'TCP, UDP/DNS', 'TCP/A/B', 'TCP/UDP', 'udp/tcp'])('"%s" is none', (text) => {
    expect(readProtocol(text)).toHaveProperty('problem');
  });
});
