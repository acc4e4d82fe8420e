# kernel: no
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:1
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:2
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:3
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:4
# want: undecided out tcp 10.0.0.1 -> 10.1.1.1:4
# want: drop in udp 10.1.1.1 -> 10.0.0.1:4
iptables -P INPUT DROP
for host in $HOSTS; do
  iptables -A INPUT -s $host -p tcp --dport 1 -j ACCEPT
done
for port in 2 $MORE; do
  iptables -A INPUT -p tcp --dport $port -s 10.1.1.1 -j ACCEPT
done
while read port; do
  iptables -A INPUT -p tcp --dport 3 -j ACCEPT
done < ports.txt
if [ -f /etc/open ]; then
  iptables -A INPUT -p tcp --dport 4 -j ACCEPT
  iptables -P OUTPUT DROP
fi
