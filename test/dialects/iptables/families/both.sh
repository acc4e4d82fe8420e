#!/bin/sh
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:22
# want: drop in tcp fd00:5::1 -> [fd00::1]:22
# want: accept in tcp fd00:5::1 -> [fd00::1]:443
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:443
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: accept in tcp fd00:5::1 -> [fd00::1]:1
for tool in iptables ip6tables; do
  $tool -P INPUT DROP
  $tool -A INPUT -p tcp --dport 1 -j ACCEPT
done
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
ip6tables -A INPUT -s fd00:5::/32 -p tcp --dport 443 -j ACCEPT
ip6tables -A INPUT -p ipv6-icmp -j ACCEPT
