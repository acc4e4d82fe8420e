#!/bin/sh
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:22
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:443
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:8001
# want: accept in udp 10.1.1.1 -> 10.0.0.1:8002
# want: drop in udp 10.1.1.1 -> 10.0.0.1:22
# want: drop transit tcp 10.1.1.1 -> 192.168.1.9:22
# want: accept in tcp 10.7.1.1 -> 10.0.0.1:99
PORTS="22 443"
for chain in INPUT FORWARD; do iptables -P $chain DROP; done
for port in $PORTS
do
  iptables -A INPUT -p tcp --dport "$port" -j ACCEPT
done
for port in 8001 8002; do
  for proto in tcp udp; do
    iptables -A INPUT -p $proto --dport $port -j ACCEPT
  done
done
for net in 10.7.0.0/16 10.8.0.0/16; do
  iptables -A INPUT -s $net -j ACCEPT
done
