#!/bin/sh
# want: drop in tcp 10.66.1.1 -> 10.0.0.1:22
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:22
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:23
iptables -t raw -A PREROUTING -s 10.66.0.0/16 -j DROP
iptables -A INPUT --table mangle -p tcp --dport 23 -j DROP
iptables -w 5 -t mangle -A PREROUTING -j MARK --set-mark 1
iptables --table=nat -A POSTROUTING -o eth1 -j MASQUERADE
iptables -A INPUT -j ACCEPT
