#!/bin/sh
# The firewall of a backup server as a script of iptables commands, with mistakes of the kind that real files have.
#
# veeam-ports: guards backup-server
# veeam-ports: use ovirt-kvm
# veeam-ports: address backup-server 10.10.0.10
# veeam-ports: address console 10.10.1.20
# veeam-ports: address ovirt-worker 10.10.60.0/28
# veeam-ports: address ovirt-manager 10.10.61.5
# veeam-ports: address ovirt-host 10.10.61.16/28
# veeam-ports: feature file-level-restore off
set -eu

IPT=/usr/sbin/iptables
WORKERS=10.10.60.0/28

$IPT -F INPUT
$IPT -F OUTPUT
$IPT -P INPUT DROP
$IPT -P OUTPUT DROP

$IPT -A INPUT -i lo -j ACCEPT
$IPT -A OUTPUT -o lo -j ACCEPT
$IPT -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT

# The answers of these are dropped: OUTPUT has no rule for established connections.
$IPT -A INPUT -s 10.10.1.20 -p tcp --dport 443 -j ACCEPT
# 19000 was documented until March 2026; workers now connect to 10006.
$IPT -A INPUT -s $WORKERS -p tcp --dport 19000 -j ACCEPT

for port in 443 54323; do
    $IPT -A OUTPUT -d 10.10.61.5 -p tcp --dport $port -j ACCEPT
done
$IPT -A OUTPUT -d 10.10.61.16/28 -p tcp --dport 54322 -j ACCEPT
