# resources/security_group, the note on rules: inline rules overwrite those of rule resources. Of the other side nothing is said inline.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:22
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept out tcp 10.0.0.9 -> 10.1.0.1:443
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.1.0.0/16"]
  }
}

resource "aws_security_group_rule" "https" {
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.1.0.0/16"]
}

resource "aws_security_group_rule" "out" {
  security_group_id = aws_security_group.worker.id
  type              = "egress"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.1.0.0/16"]
}
