resource "aws_vpc_security_group_ingress_rule" "old" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "10.2.0.0/24"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
