# A group that the module gets by its id has rules that are not in sight: what is not allowed here may be allowed there.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:22
variable "group_id" {
  type = string
}

resource "aws_security_group_rule" "https" {
  security_group_id = var.group_id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.1.0.0/24"]
}
