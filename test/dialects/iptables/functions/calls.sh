#!/bin/sh
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: accept in udp 10.1.1.1 -> 10.0.0.1:2
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:3
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:4
allow() {
  iptables -A INPUT -p "$1" --dport "$2" -j ACCEPT
}
never_called() {
  iptables -A INPUT -p tcp --dport 3 -j ACCEPT
}
start() {
  iptables -P INPUT DROP
  allow tcp 1
  allow udp 2
}
start
exit 0
iptables -A INPUT -p tcp --dport 4 -j ACCEPT
