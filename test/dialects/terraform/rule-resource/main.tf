# resources/security_group_rule: type says the side; "all" and -1 open every protocol, whatever the ports say.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:9440
# want: drop in tcp 10.2.0.1 -> 10.0.0.9:9440
# want: accept in udp 10.9.0.1 -> 10.0.0.9:7
# want: accept in icmp 10.9.0.1 -> 10.0.0.9
# want: accept out tcp 10.0.0.9 -> 10.1.0.1:22
# want: drop out udp 10.0.0.9 -> 10.1.0.1:22
resource "aws_security_group" "worker" {}

resource "aws_security_group_rule" "in" {
  type              = "ingress"
  security_group_id = "${aws_security_group.worker.id}"
  protocol          = 6
  from_port         = 9000
  to_port           = 9999
  cidr_blocks       = ["10.1.0.0/24"]
}

resource "aws_security_group_rule" "all" {
  type              = "ingress"
  security_group_id = aws_security_group.worker.id
  protocol          = "all"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.9.0.0/24"]
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  security_group_id = aws_security_group.worker.id
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["0.0.0.0/0"]
}
