/**
 * Names of TCP and UDP ports as firewall tools read them: the IANA registry, and the names that the services file of
 * Linux systems (netbase's /etc/services, which getservbyname(3) asks for iptables and nft) has beside it.
 */
import packed from './services.generated.json' with { type: 'json' };

type Transport = 'tcp' | 'udp';

/** Names that the compiled registry lacks, or, in the last line, gives to several ports. */
const LINUX: Readonly<Record<Transport, string>> = {
  tcp: `http:80 www:80 whois:43 mail:25 timserver:37 netstat:15 sink:9 null:9 users:11 quote:17 source:19 ttytst:19 kerberos-sec:88 kerberos5:88 krb5:88
    tsap:102 pop-3:110 portmapper:111 ident:113 authentication:113 tap:113 readnews:119 untp:119 loc-srv:135 imap2:143 snmp-trap:162 z3950:210 wais:210
    ssmtp:465 smtps:465 urd:465 cmd:514 syslog:514 spooler:515 uucpd:540 krcmd:544 snntp:563 ipp:631 spamd:783 supfilesrv:871 lotusnotes:1352
    datametrics:1645 old-radius:1645 old-radacct:1646 radacct:1813 iprop:2121 gds-db:3050 subversion:3690 sip-tls:5061 jabber-client:5222
    jabber-server:5269 postgres:5432 nsca:5667 x11:6000 x11-0:6000 x11-1:6001 x11-2:6002 x11-3:6003 x11-4:6004 x11-5:6005 x11-6:6006 x11-7:6007
    sane:6566 saned:6566 ircd:6667 xfs:7100 webcache:8080 tproxy:8081 webmin:10000 amandaidx:10082 amidxtape:10083
    http-alt:8080 msp:18 rap:38`,
  udp: `source:19 ttytst:19 sink:9 null:9 fsp:21 fspd:21 timserver:37 kerberos5:88 krb5:88 portmapper:111 snmp-trap:162 comsat:512 whod:513 route:520
    routed:520 kerberos-master:751 datametrics:1645 old-radius:1645 old-radacct:1646 l2f:1701 radacct:1813 sip-tls:5061
    msp:18 rap:38 icp:3130`,
};

interface Table {
  readonly ports: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<number, string>;
}

let tables: Readonly<Record<Transport, Table>> | undefined;

function tableOf(transport: Transport): Table {
  tables ??= { tcp: unpack('tcp'), udp: unpack('udp') };
  return tables[transport];
}

function unpack(transport: Transport): Table {
  const linux = LINUX[transport].split(/\s+/).map((item): [string, number] => {
    const colon = item.indexOf(':');
    return [item.slice(0, colon), Number(item.slice(colon + 1))];
  });
  const ports = new Map(linux);
  const names = new Map<number, string>([[80, 'http']]);
  for (const list of [packed.both, packed[transport]]) {
    let port = 0;
    for (const item of list.split(' ')) {
      const equals = item.indexOf('=');
      port += equals < 0 ? 1 : Number(item.slice(equals + 1));
      const name = equals < 0 ? item : item.slice(0, equals);
      if (!ports.has(name)) ports.set(name, port);
      if (!names.has(port)) names.set(port, name);
    }
  }
  for (const [name, port] of linux) if (!names.has(port)) names.set(port, name);
  return { ports, names };
}

/** The port of a service name, spelled as in the registry; without a transport, TCP's before UDP's. */
export function servicePort(name: string, transport?: Transport): number | undefined {
  if (transport) return tableOf(transport).ports.get(name);
  return tableOf('tcp').ports.get(name) ?? tableOf('udp').ports.get(name);
}

/** The name by which a port is best known. */
export function serviceName(port: number, transport: Transport): string | undefined {
  return tableOf(transport).names.get(port);
}
