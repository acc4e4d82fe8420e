# resources/default_security_group: not to be used together with rule resources, which its inline rules take away again.
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:22
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:23
resource "aws_default_security_group" "default" {
  vpc_id = "vpc-1"
}

resource "aws_security_group_rule" "ssh" {
  security_group_id = aws_default_security_group.default.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["10.1.0.0/16"]
}
