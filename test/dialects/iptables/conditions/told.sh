#!/bin/sh
# Tests that the text itself answers are answered.
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:2
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:3
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:4
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:5
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:6
WEB=yes
EMPTY=""
MODE=server
iptables -P INPUT DROP
if [ "$WEB" = "yes" ]; then
  iptables -A INPUT -p tcp --dport 1 -j ACCEPT
else
  iptables -A INPUT -p tcp --dport 2 -j ACCEPT
fi
[ -n "$EMPTY" ] || iptables -A INPUT -p tcp --dport 3 -j ACCEPT
case "$MODE" in
  client) iptables -A INPUT -p tcp --dport 5 -j ACCEPT ;;
  ser*) iptables -A INPUT -p tcp --dport 4 -j ACCEPT ;;
  *) iptables -A INPUT -p tcp --dport 5 -j ACCEPT ;;
esac
true && iptables -A INPUT -p tcp --dport 6 -j ACCEPT
