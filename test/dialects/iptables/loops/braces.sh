#!/bin/bash
# kernel: no
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:8003
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:8004
# want: accept in udp 10.1.1.1 -> 10.0.0.1:53
# want: accept in udp 10.1.1.1 -> 10.0.0.1:123
iptables -P INPUT DROP
for port in {8001..8003}; do
  iptables -A INPUT -p tcp --dport $port -j ACCEPT
done
for port in {53,123}; do iptables -A INPUT -p udp --dport $port -j ACCEPT; done
