#!/bin/sh
# The command behind || runs only if -C does not find the rule, a command behind && only if what is before it succeeds.
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:2
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:3
iptables -P INPUT DROP
iptables -C INPUT -p tcp --dport 1 -j ACCEPT 2>/dev/null || iptables -A INPUT -p tcp --dport 1 -j ACCEPT
iptables -C INPUT -p tcp --dport 1 -j ACCEPT && iptables -A INPUT -p tcp --dport 2 -j DROP
iptables -C INPUT -p tcp -m tcp --dport 1 -j ACCEPT || iptables -A INPUT -p tcp --dport 2 -j ACCEPT
iptables -N WEB 2>/dev/null || iptables -F WEB
iptables -A WEB -p tcp --dport 3 -j ACCEPT; iptables -A INPUT -j WEB
