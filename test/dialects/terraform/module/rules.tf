resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = local.group_id
  cidr_ipv4         = local.servers
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_security_group_rule" "prism" {
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 9440
  to_port           = 9440
  cidr_blocks       = ["10.2.0.0/24"]
}

resource "aws_vpc_security_group_egress_rule" "data" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = local.servers
  ip_protocol       = "tcp"
  from_port         = var.first_port
  to_port           = 3300
}
