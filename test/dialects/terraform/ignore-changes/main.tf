# developer.hashicorp.com/terraform/language/meta-arguments/lifecycle: others may have changed what is ignored; rule resources are not overwritten then.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:22
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:80
# want: drop out tcp 10.0.0.9 -> 10.1.0.1:443
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.1.0.0/24"]
  }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [ingress, tags]
  }
}

resource "aws_security_group_rule" "ssh" {
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["10.1.0.0/24"]
}
