# kernel: no
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:1
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:2
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:3
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:4
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:5
iptables -P INPUT DROP
test -x /usr/bin/web && iptables -A INPUT -p tcp --dport 1 -j ACCEPT
if grep -q web /etc/roles; then iptables -A INPUT -p tcp --dport 2 -j ACCEPT; fi
case $(hostname) in
  web*) iptables -A INPUT -p tcp --dport 3 -j ACCEPT;;
esac
iptables -A INPUT -p tcp --dport 5 -j ACCEPT
if [ -f /etc/closed ]; then iptables -F INPUT; fi
