# kernel: no
# An init script is taken to be run with `start`.
# want: accept in tcp 10.1.1.1 -> 10.0.0.1:1
# want: drop in tcp 10.1.1.1 -> 10.0.0.1:2
case "$1" in
  start)
    iptables -P INPUT DROP
    iptables -A INPUT -p tcp --dport 1 -j ACCEPT
    ;;
  stop)
    iptables -P INPUT ACCEPT
    iptables -F
    ;;
esac
