#!/bin/sh
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: drop in tcp 10.2.1.1 -> 10.0.0.1:1
# want: accept in tcp 10.2.1.1 -> 10.0.0.1:22
# want: accept in tcp 10.2.1.1 -> 10.0.0.1:443
# want: accept in tcp 10.2.1.1 -> 10.0.0.1:8080
# want: accept in udp 10.2.1.1 -> 10.0.0.1:53
# want: accept in tcp 10.3.1.1 -> 10.0.0.1:2
# want: accept in tcp 10.4.1.1 -> 10.0.0.1:3
# want: drop in tcp 10.5.1.1 -> 10.0.0.1:3
IPT=/usr/sbin/iptables
LAN="10.1.0.0/16"
export WEB='443'
readonly PORTS=22,$WEB
NET=10.3
FALLBACK=${UNSET_HERE:-10.4.0.0/16}
OPTIONS="-p udp --dport 53"
$IPT -P INPUT DROP
$IPT -A INPUT -s $LAN -p tcp --dport 1 -j ACCEPT
"$IPT" -A INPUT -p tcp -m multiport --dports "$PORTS" -j ACCEPT
${IPT} -A INPUT -p tcp \
    --dport 8080 \
    -j ACCEPT   # the proxy
$IPT -A INPUT $OPTIONS -j ACCEPT
$IPT -A INPUT -s "$NET.0.0/16" -p tcp --dport 2 -j ACCEPT
$IPT -A INPUT -s $FALLBACK -p tcp --dport 3 -j ACCEPT
