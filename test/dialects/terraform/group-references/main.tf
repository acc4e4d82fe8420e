# resources/security_group and vpc_security_group_ingress_rule: other groups as sources; their members are whoever a directive names.
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:443
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:444
# want: undecided out tcp 10.0.0.9 -> 10.1.0.1:445
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:446
resource "aws_security_group" "worker" {}

resource "aws_security_group" "server" {}

resource "aws_vpc_security_group_ingress_rule" "server" {
  security_group_id            = aws_security_group.worker.id
  referenced_security_group_id = aws_security_group.server.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_security_group_rule" "account" {
  security_group_id        = aws_security_group.worker.id
  type                     = "ingress"
  source_security_group_id = "123456789012/sg-0abc"
  protocol                 = "tcp"
  from_port                = 444
  to_port                  = 444
}

resource "aws_security_group_rule" "out" {
  security_group_id        = aws_security_group.worker.id
  type                     = "egress"
  source_security_group_id = aws_security_group.server.id
  protocol                 = "tcp"
  from_port                = 445
  to_port                  = 445
}
