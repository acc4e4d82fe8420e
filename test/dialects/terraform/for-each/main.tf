# developer.hashicorp.com/terraform/language/meta-arguments/for_each: one rule per element; each.key of a set is its value.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:2500
# want: accept in tcp 10.2.0.1 -> 10.0.0.9:2500
# want: drop in tcp 10.3.0.1 -> 10.0.0.9:2500
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:80
# want: accept in udp 10.1.0.1 -> 10.0.0.9:53
# want: drop in udp 10.1.0.1 -> 10.0.0.9:80
# want: undecided in tcp 10.9.0.1 -> 10.0.0.9:9999
# want: drop in tcp 10.9.0.1 -> 10.0.0.9:9998
resource "aws_security_group" "worker" {}

resource "aws_vpc_security_group_ingress_rule" "servers" {
  for_each          = toset(["10.1.0.0/24", "10.2.0.0/24"])
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = 2500
  to_port           = 3300
}

resource "aws_vpc_security_group_ingress_rule" "services" {
  for_each = {
    web = { port = 80, protocol = "tcp" }
    dns = { port = 53, protocol = "udp" }
  }
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "10.1.0.0/24"
  ip_protocol       = each.value.protocol
  from_port         = each.value.port
  to_port           = each.value.port
}

# What an element says is not known; what the rule says for every element is.
resource "aws_vpc_security_group_ingress_rule" "more" {
  for_each          = var.more
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 9999
  to_port           = 9999
}
