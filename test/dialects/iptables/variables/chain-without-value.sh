# kernel: no
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:1
iptables -P INPUT DROP
iptables -A $CHAIN -p tcp --dport 1 -j ACCEPT
