# The host's other groups are not known: what this group does not allow, they may.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:22
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.1.0.0/24"]
  }
}

resource "aws_instance" "a" {
  vpc_security_group_ids = concat([aws_security_group.worker.id], var.more_groups)
}
