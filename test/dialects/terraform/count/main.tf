# developer.hashicorp.com/terraform/language/meta-arguments/count: as many as the number says; a condition that is not known leaves it open.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:3260
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:3262
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:3263
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:22
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:443
# want: drop in tcp 10.2.0.1 -> 10.0.0.9:443
variable "ssh" {
  default = false
}

resource "aws_security_group" "worker" {}

resource "aws_security_group_rule" "iscsi" {
  count             = 3
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 3260 + count.index
  to_port           = 3260 + count.index
  cidr_blocks       = ["10.1.0.0/24"]
}

resource "aws_security_group_rule" "ssh" {
  count             = var.ssh ? 1 : 0
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["10.1.0.0/24"]
}

resource "aws_security_group_rule" "https" {
  count             = var.https ? 1 : 0
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.1.0.0/24"]
}
