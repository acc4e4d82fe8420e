# kernel: no
# problems: 1
# want: undecided in tcp 10.1.1.1 -> 10.0.0.1:2
iptables -P INPUT DROP
iptables-restore --noflush < elsewhere.save
