# Rules beside their group, and a range in two numbers.
resource "aws_security_group" "worker" {
  name = "worker"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_vpc_security_group_egress_rule" "prism" {
  security_group_id = aws_security_group.worker.id
  from_port         = 9440
  to_port           = 9440
  ip_protocol       = "tcp"
  cidr_ipv4         = "10.10.30.5/32"
}
