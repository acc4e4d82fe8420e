#!/bin/sh
# want: accept transit tcp 10.1.1.1 -> 192.168.1.9:80
# want: drop transit tcp 10.1.2.1 -> 192.168.1.9:80
# want: accept transit tcp 10.1.2.128 -> 192.168.1.9:80
# want: drop transit tcp 10.2.1.1 -> 192.168.1.9:80
# want: accept transit tcp 10.9.9.9 -> 192.168.1.9:8080
# want: drop transit tcp 10.9.9.9 -> 192.168.1.9:8085
# want: accept transit udp 10.9.9.9 -> 192.168.1.9:8085
# want: accept transit tcp 10.3.3.3 -> 192.168.1.9:22
# want: drop transit tcp 10.3.3.3 -> 192.168.1.8:22
# want: accept transit udp 10.3.3.3 -> 192.168.1.8:53
# want: drop transit tcp 10.4.0.1 -> 192.168.1.9:99
# want: accept transit tcp 10.5.0.1 -> 192.168.1.9:99
# want: accept transit tcp 10.6.7.8 -> 192.168.1.9:443
# want: drop transit tcp 10.6.7.8 -> 192.168.1.9:444
iptables -P FORWARD DROP
ipset create nets hash:net
ipset add nets 10.1.0.0/16
ipset add nets 10.1.2.0/24 nomatch
ipset add nets 10.1.2.128/25
ipset -N ports bitmap:port range 1-20000
ipset -A ports 8080-8084
ipset create pairs hash:ip,port
ipset add pairs 192.168.1.9,22
ipset add pairs 192.168.1.8,udp:53
ipset create odd hash:ip
ipset add odd 10.4.0.1
ipset create netport hash:net,port
ipset add netport 10.6.0.0/16,tcp:443
iptables -A FORWARD -m set --match-set nets src -p tcp --dport 80 -j ACCEPT
iptables -A FORWARD -m set --match-set ports dst -p tcp -j ACCEPT
iptables -A FORWARD -m set ! --match-set ports dst -p udp --dport 8085 -j ACCEPT
iptables -A FORWARD -m set --match-set pairs dst,dst -j ACCEPT
iptables -A FORWARD -m set ! --match-set odd src -p tcp --dport 99 -j ACCEPT
iptables -A FORWARD -m set --match-set netport src,dst -j ACCEPT
