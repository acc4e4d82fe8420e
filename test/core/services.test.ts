import { describe, expect, it } from 'vitest';
import { serviceName, servicePort } from '../../server/src/core/services.ts';

describe('service names', () => {
  it.each([
    ['ssh', 'tcp', 22], ['http', 'tcp', 80], ['https', 'tcp', 443], ['nfs', 'udp', 2049], ['epmap', 'tcp', 135], ['netbios-ssn', 'tcp', 139],
    ['microsoft-ds', 'tcp', 445], ['snmptrap', 'udp', 162], ['syslog', 'udp', 514], ['http-alt', 'tcp', 8080], ['iscsi-target', 'tcp', 3260],
  ] as const)('%s/%s is %i', (name, transport, port) => {
    expect(servicePort(name, transport)).toBe(port);
  });

  it('knows names that one transport alone has', () => {
    expect(servicePort('shell', 'tcp')).toBe(514);
    expect(servicePort('shell', 'udp')).toBeUndefined();
    expect(servicePort('ripng')).toBe(521);
    expect(servicePort('tftp')).toBe(69);
  });

  it('prefers the name in daily use', () => {
    expect(serviceName(80, 'tcp')).toBe('http');
    expect(serviceName(22, 'tcp')).toBe('ssh');
    expect(serviceName(88, 'tcp')).toBe('kerberos');
    expect(serviceName(5432, 'tcp')).toBe('postgresql');
    expect(serviceName(65535, 'tcp')).toBeUndefined();
  });

  it('does not take a port for a name', () => {
    expect(servicePort('443', 'tcp')).toBeUndefined();
    expect(servicePort('no-such-service')).toBeUndefined();
  });
});
