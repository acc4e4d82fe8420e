#!/bin/sh
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:2
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:3
# want: accept in udp 10.1.1.1 -> 10.0.0.1:4
# want: drop in tcp fd00:5::1 -> [fd00::1]:1
# want: accept in tcp fd00:5::1 -> [fd00::1]:2
RESTORE=iptables-restore
iptables -A INPUT -p tcp --dport 3 -j ACCEPT
(
  echo '*filter'
  # the policies
  echo :INPUT DROP [0:0]
  echo ":mine - [0:0]"
  echo "-A INPUT -p tcp -m tcp --dport 1 -j ACCEPT "
  echo "-A INPUT -j LOG --log-prefix \"all of it: \""
  echo "-A INPUT -j mine"
  echo "-A mine -p tcp -m multiport --dports 2,5 -j ACCEPT"
  echo '-A mine -p udp -m udp --dport 4 -m comment --comment "a clock" -j ACCEPT'
  echo COMMIT
) | $RESTORE
{
  echo '*filter'
  echo ':INPUT DROP [0:0]'
  echo '-A INPUT -p tcp --dport 2 -j ACCEPT'
  echo COMMIT
} | ip6tables-restore
