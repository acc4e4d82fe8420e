# developer.hashicorp.com/terraform/language/expressions/references: rules find the instance of a group by index or key, through try as well.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:444
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:445
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:446
locals {
  id = try(aws_security_group.prefixed[0].id, aws_security_group.worker[0].id, "")
}

resource "aws_security_group" "worker" {
  count = 2
}

resource "aws_security_group" "prefixed" {
  count = 0
}

resource "aws_vpc_security_group_ingress_rule" "first" {
  security_group_id = aws_security_group.worker[0].id
  cidr_ipv4         = "10.1.0.0/24"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "some" {
  security_group_id = aws_security_group.worker[var.which].id
  cidr_ipv4         = "10.1.0.0/24"
  ip_protocol       = "tcp"
  from_port         = 444
  to_port           = 444
}

resource "aws_vpc_security_group_ingress_rule" "second" {
  security_group_id = element(aws_security_group.worker.*.id, 1)
  cidr_ipv4         = "10.1.0.0/24"
  ip_protocol       = "tcp"
  from_port         = 445
  to_port           = 445
}

resource "aws_vpc_security_group_ingress_rule" "tried" {
  security_group_id = local.id
  cidr_ipv4         = "10.1.0.0/24"
  ip_protocol       = "tcp"
  from_port         = 446
  to_port           = 446
}
