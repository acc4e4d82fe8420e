#!/bin/sh
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:2
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:3
# want: drop in tcp fd00:5::1 -> [fd00::1]:1
# want: accept in tcp fd00:5::1 -> [fd00::1]:2
PORT=1
iptables -A INPUT -p tcp --dport 3 -j ACCEPT
iptables-restore <<EOF
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport $PORT -j ACCEPT
COMMIT
EOF
cat <<-'EOF' | iptables-restore --noflush
	*filter
	-A INPUT -p tcp --dport 2 -j ACCEPT
	COMMIT
	EOF
ip6tables-restore <<EOF
*filter
:INPUT DROP [0:0]
-A INPUT -p tcp --dport 2 -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
COMMIT
EOF
