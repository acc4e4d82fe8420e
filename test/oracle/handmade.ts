// Hand-made rule sets with expected verdicts: they prove the oracle itself, before it judges anything.
import type { Loader } from './kernel.ts';

/** from, to, protocol, destination port, then what the request gets and, where accepted, what its answer gets. */
type Expected = readonly [from: string, to: string, protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6', port: number, verdict: 'drop' | 'accept, accept' | 'accept, drop'];

export interface HandMade {
  readonly name: string;
  readonly loader: Loader;
  readonly text: string;
  readonly probes: readonly Expected[];
}

export const HAND_MADE: readonly HandMade[] = [
  {
    name: 'nft deny shadow, range, set, negation',
    loader: 'nft',
    text: `
define WEB = { 80, 443 }
table ip f {
  set adm { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 10.2.3.4-10.2.3.8 } }
  chain forward { type filter hook forward priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    tcp dport 8000-8100 drop
    tcp dport { 8050, 9000 } accept
    ip saddr @adm tcp dport $WEB accept
    ip saddr != 10.0.0.0/8 udp dport 500-600 accept
    ip saddr 10.5.0.0/16 ip daddr != { 192.168.1.9, 192.168.2.0/24 } tcp dport 22 accept
    tcp dport != 1-65000 accept
  }
}`,
    probes: [
      ['10.1.2.3', '192.168.1.9', 'tcp', 80, 'accept, accept'],
      ['10.2.3.4', '192.168.1.9', 'tcp', 443, 'accept, accept'],
      ['10.2.3.9', '192.168.1.9', 'tcp', 443, 'drop'],
      ['10.1.2.3', '192.168.1.9', 'tcp', 8050, 'drop'],
      ['10.9.9.9', '192.168.1.9', 'tcp', 9000, 'accept, accept'],
      ['11.0.0.1', '192.168.1.9', 'udp', 600, 'accept, accept'],
      ['11.0.0.1', '192.168.1.9', 'udp', 601, 'drop'],
      ['10.0.0.9', '192.168.1.9', 'udp', 550, 'drop'],
      ['10.5.1.1', '192.168.1.9', 'tcp', 22, 'drop'],
      ['10.5.1.1', '192.168.1.10', 'tcp', 22, 'accept, accept'],
      ['10.5.1.1', '192.168.2.77', 'tcp', 22, 'drop'],
      ['10.5.1.1', '192.168.1.9', 'tcp', 65001, 'accept, accept'],
      ['10.5.1.1', '192.168.1.9', 'tcp', 65000, 'drop'],
    ],
  },
  {
    name: 'nft two base chains, jump, goto, return, vmap, concat',
    loader: 'nft',
    text: `
table inet a {
  map verd { type ipv4_addr . inet_service : verdict; elements = { 10.1.1.1 . 80 : accept, 10.1.1.1 . 81 : drop } }
  chain sub { tcp dport 22 return; tcp dport 23 accept; }
  chain end { tcp dport 25 accept; }
  chain forward { type filter hook forward priority 0; policy accept;
    ip saddr . tcp dport vmap @verd
    ip saddr 10.1.1.0/24 jump sub
    ip saddr 10.1.1.0/24 tcp dport 22 drop
    ip saddr 10.2.2.0/24 goto end
    ip saddr 10.2.2.0/24 drop
    ip saddr 10.3.3.0/24 tcp sport 1-1023 drop
  }
}
table inet b { chain forward { type filter hook forward priority 10; policy accept; tcp dport 23 drop; } ; }`,
    probes: [
      ['10.1.1.1', '192.168.1.9', 'tcp', 80, 'accept, accept'],
      ['10.1.1.1', '192.168.1.9', 'tcp', 81, 'drop'],
      ['10.1.1.2', '192.168.1.9', 'tcp', 22, 'drop'],
      ['10.1.1.2', '192.168.1.9', 'tcp', 23, 'drop'],
      ['10.2.2.2', '192.168.1.9', 'tcp', 99, 'accept, accept'],
      ['10.2.2.2', '192.168.1.9', 'tcp', 25, 'accept, accept'],
      ['10.3.3.3', '192.168.1.9', 'tcp', 99, 'accept, accept'],
    ],
  },
  {
    name: 'nft no established rule: reply dropped',
    loader: 'nft',
    text: `
table inet a { chain forward { type filter hook forward priority 0; policy drop; tcp dport 80 accept; iifname "eth0" oifname "eth1" udp dport 53 accept; iifname "eth1" accept; }
}`,
    probes: [
      ['10.1.1.1', '192.168.1.9', 'tcp', 80, 'accept, accept'],
      ['10.1.1.1', '192.168.1.9', 'udp', 53, 'accept, accept'],
      ['192.168.1.9', '10.1.1.1', 'udp', 53, 'accept, drop'],
    ],
  },
  {
    name: 'nft input/output',
    loader: 'nft',
    text: `
table inet a {
 chain input { type filter hook input priority 0; policy drop; ct state established accept; iif lo accept; tcp dport 22 ip saddr 10.1.0.0/16 accept; ip protocol icmp accept; }
 chain output { type filter hook output priority 0; policy drop; udp dport 53 accept; tcp sport 22 ct state established accept; }
}`,
    probes: [
      ['10.1.1.1', '10.0.0.1', 'tcp', 22, 'accept, accept'],
      ['10.2.1.1', '10.0.0.1', 'tcp', 22, 'drop'],
      ['10.1.1.1', '10.0.0.1', 'icmp', 0, 'accept, drop'],
      ['10.0.0.1', '8.8.8.8', 'udp', 53, 'accept, accept'],
      ['10.0.0.1', '8.8.8.8', 'tcp', 53, 'drop'],
      ['10.7.7.7', '192.168.1.9', 'tcp', 1, 'accept, accept'],
    ],
  },
  {
    name: 'iptables multiport, iprange, negation, user chain, RETURN, LOG',
    loader: 'iptables',
    text: `
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.66.0.0/16 -j DROP
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:WEB - [0:0]
:LOGDROP - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.9.0.0/16 -p tcp -j LOGDROP
-A FORWARD -p tcp -m multiport --dports 80,443,8000:8010 -j WEB
-A FORWARD -p udp -m multiport ! --dports 53,123 -s 10.1.0.0/16 -j ACCEPT
-A FORWARD ! -s 10.0.0.0/8 -p tcp --dport 22 -j ACCEPT
-A FORWARD -m iprange --src-range 10.4.0.1-10.4.0.9 ! -p tcp -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 3000:3010 -m state --state NEW -j ACCEPT
-A FORWARD -p icmp -m icmp --icmp-type echo-request -j ACCEPT
-A FORWARD -p tcp --syn --dport 99 -j REJECT --reject-with tcp-reset
-A FORWARD -p tcp --dport 99 -j ACCEPT
-A WEB -s 10.2.0.0/16 -j RETURN
-A WEB -d 192.168.1.0/24 -j ACCEPT
-A LOGDROP -m limit --limit 5/min -j LOG --log-prefix "x "
-A LOGDROP -j DROP
COMMIT
`,
    probes: [
      ['10.1.1.1', '192.168.1.9', 'tcp', 8010, 'accept, accept'],
      ['10.1.1.1', '192.168.1.9', 'tcp', 8011, 'drop'],
      ['10.9.1.1', '192.168.1.9', 'tcp', 80, 'drop'],
      ['10.2.1.1', '192.168.1.9', 'tcp', 80, 'drop'],
      ['10.1.1.1', '192.168.2.2', 'tcp', 80, 'drop'],
      ['10.1.1.1', '192.168.1.9', 'udp', 53, 'drop'],
      ['10.1.1.1', '192.168.1.9', 'udp', 54, 'accept, accept'],
      ['11.1.1.1', '192.168.1.9', 'tcp', 22, 'accept, accept'],
      ['10.1.1.1', '192.168.1.9', 'tcp', 22, 'drop'],
      ['10.4.0.9', '192.168.1.9', 'udp', 7, 'accept, accept'],
      ['10.4.0.10', '192.168.1.9', 'udp', 7, 'drop'],
      ['10.4.0.9', '192.168.1.9', 'tcp', 7, 'drop'],
      ['10.8.8.8', '192.168.1.9', 'tcp', 3010, 'accept, accept'],
      ['10.8.8.8', '192.168.1.9', 'icmp', 0, 'accept, accept'],
      ['10.8.8.8', '192.168.1.9', 'tcp', 99, 'drop'],
      ['10.66.1.1', '192.168.1.9', 'tcp', 80, 'drop'],
      ['10.1.1.1', '10.0.0.1', 'tcp', 80, 'drop'],
    ],
  },
  {
    name: 'iptables-legacy same idea',
    loader: 'iptables-legacy',
    text: `
*filter
:FORWARD DROP [0:0]
-A FORWARD -m state --state ESTABLISHED -j ACCEPT
-A FORWARD -p tcp --dport 80:90 ! -s 10.1.0.0/16 -j DROP
-A FORWARD -p tcp --dport 80 -j ACCEPT
COMMIT
`,
    probes: [
      ['10.1.1.1', '192.168.1.9', 'tcp', 80, 'accept, accept'],
      ['10.2.1.1', '192.168.1.9', 'tcp', 80, 'drop'],
      ['10.1.1.1', '192.168.1.9', 'tcp', 81, 'drop'],
    ],
  },
  {
    name: 'ip6tables',
    loader: 'ip6tables',
    text: `
*filter
:FORWARD DROP [0:0]
:INPUT DROP [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -s fd00:5::/32 -p tcp -m multiport --dports 80,443 -j ACCEPT
-A FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type echo-request -j ACCEPT
COMMIT
`,
    probes: [
      ['fd00:5::7', 'fd00:1::9', 'tcp', 443, 'accept, accept'],
      ['fd00:6::7', 'fd00:1::9', 'tcp', 443, 'drop'],
      ['fd00:6::7', 'fd00:1::9', 'icmpv6', 0, 'accept, accept'],
      ['fd00:6::7', 'fd00::1', 'tcp', 80, 'drop'],
      ['10.1.1.1', '192.168.1.9', 'tcp', 80, 'accept, accept'],
    ],
  },
  {
    name: 'shell script: ipset + iptables commands',
    loader: 'shell',
    text: `
iptables -P FORWARD DROP
ipset -exist create ok hash:net; ipset flush ok; ipset add ok 10.1.0.0/16; ipset add ok 10.1.2.0/24 nomatch
iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A FORWARD -m set --match-set ok src -p tcp --dport 80 -j ACCEPT
iptables -I FORWARD 1 -s 10.1.9.0/24 -j REJECT
`,
    probes: [
      ['10.1.1.1', '192.168.1.9', 'tcp', 80, 'accept, accept'],
      ['10.1.2.1', '192.168.1.9', 'tcp', 80, 'drop'],
      ['10.1.9.1', '192.168.1.9', 'tcp', 80, 'drop'],
      ['10.2.9.1', '192.168.1.9', 'tcp', 80, 'drop'],
    ],
  },
];
