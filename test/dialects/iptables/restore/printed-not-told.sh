#!/bin/sh
# kernel: no
# problems: 2
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:1
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:2
iptables -P INPUT DROP
(
  echo '*filter'
  echo "-A INPUT -p tcp --dport $(cat /etc/port) -j ACCEPT"
  echo COMMIT
) | iptables-restore --noflush
(
  echo '*filter'
  test -e /etc/two && echo "-A INPUT -p tcp --dport 2 -j ACCEPT"
  echo COMMIT
) | iptables-restore --noflush
