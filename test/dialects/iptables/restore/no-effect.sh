#!/bin/sh
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:2
set -e
echo "iptables -A INPUT -j ACCEPT" >/dev/null
command -v modprobe >/dev/null && true
true || modprobe ip_tables
# iptables -A INPUT -p tcp --dport 2 -j ACCEPT
iptables -P INPUT DROP; iptables -A INPUT -p tcp --dport 1 -j ACCEPT
iptables-save > /dev/null
