# kernel: no
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:1
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:2
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:3
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:4
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:6
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:7
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:8
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:9
iptables -P INPUT DROP
iptables -I INPUT -p tcp --dport 8 -j DROP
iptables -A INPUT -s $BACKUP -p tcp --dport 1 -j ACCEPT
iptables -A INPUT -p tcp -m multiport --dports 2,$MORE -s 10.1.1.1 -j ACCEPT
iptables -A INPUT -p tcp --dport 3 -j $TARGET
iptables -A INPUT -p tcp --dport 4 $OPTIONS -j ACCEPT
iptables -A INPUT -p $PROTO --dport 6 -j ACCEPT
iptables -A INPUT -p tcp --dport `get-port` -j ACCEPT
