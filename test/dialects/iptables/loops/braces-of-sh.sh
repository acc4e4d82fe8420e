#!/bin/sh
# kernel: no
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:8003
iptables -P INPUT DROP
for port in {8001..8003}; do iptables -A INPUT -p tcp --dport $port -j ACCEPT; done
