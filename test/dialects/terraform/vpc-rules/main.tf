# resources/vpc_security_group_ingress_rule and vpc_security_group_egress_rule: one network each; with -1 no ports are written.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:3260
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:3271
# want: accept in tcp fd00::1 -> [fd00::9]:443
# want: drop in tcp fd01::1 -> [fd00::9]:443
# want: accept out udp 10.0.0.9 -> 10.1.0.1:53
# want: accept out icmpv6 fd00::9 -> fd00::1
# want: drop out tcp fd00::9 -> [fd00::1]:53
# want: drop out tcp 10.0.0.9 -> 10.2.0.1:53
resource "aws_security_group" "worker" {}

resource "aws_vpc_security_group_ingress_rule" "iscsi" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "10.1.0.0/24"
  ip_protocol       = "tcp"
  from_port         = 3260
  to_port           = 3270
}

resource "aws_vpc_security_group_ingress_rule" "six" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv6         = "fd00::/64"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "10.1.0.0/24"
  ip_protocol       = -1
}

resource "aws_vpc_security_group_egress_rule" "ping" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv6         = "::/0"
  ip_protocol       = "icmpv6"
}
