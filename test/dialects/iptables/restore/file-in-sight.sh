# kernel: no
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:7
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:2
. ./settings.sh
iptables-restore < rules.save
iptables -A INPUT -p tcp --dport $PORT -j ACCEPT
