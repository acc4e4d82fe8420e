#!/bin/sh
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:2
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:3
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:4
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:5
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:6
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:7
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:8
# want: drop in tcp 10.9.9.8 -> 10.0.0.1:9
# want: accept in tcp 10.9.9.9 -> 10.0.0.1:9
# want: accept out tcp 10.0.0.1 -> 10.1.1.1:9
iptables -A INPUT -j DROP
iptables -F INPUT
iptables -P INPUT DROP
iptables -N SERVICES
iptables -N OLD
iptables -A OLD -j ACCEPT
iptables -F OLD
iptables -X OLD
iptables -E SERVICES WEB
iptables -A INPUT -j WEB
iptables -A OUTPUT -p tcp --dport 9 -j ACCEPT
iptables -A WEB -p tcp --dport 1 -j ACCEPT
iptables -A WEB -p tcp --dport 2 -j ACCEPT
iptables -A WEB -p tcp --dport 3 -j ACCEPT
iptables -D WEB 2
iptables -A WEB -p tcp -m tcp --dport 4 -j ACCEPT
iptables -D WEB -p tcp --dport 4 -j ACCEPT
iptables -I WEB 2 -p tcp --dport 5 -j ACCEPT
iptables -A WEB -p tcp --dport 5 -j DROP
iptables -A WEB -p tcp --dport 6 -j ACCEPT
iptables -I WEB -p tcp --dport 6 -j DROP
iptables -A WEB -p tcp --dport 7 -j DROP
iptables -R WEB 7 -p tcp --dport 7 -j ACCEPT
iptables -A WEB -p tcp --dport 8 -j ACCEPT
iptables --delete WEB --protocol tcp --dport 8 --jump ACCEPT
iptables -A INPUT -s 10.9.9.9,10.9.9.8 -j ACCEPT
iptables -D INPUT 3
iptables -Z INPUT
iptables -L -n >/dev/null
