# developer.hashicorp.com/terraform/language/meta-arguments/for_each: each instance is a group of its own, addressed by its key. Asked here: the first.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:22
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:23
resource "aws_security_group" "worker" {
  for_each = toset(["a", "b"])
  name     = each.key

  ingress {
    protocol    = "tcp"
    from_port   = each.key == "a" ? 443 : 22
    to_port     = each.key == "a" ? 443 : 22
    cidr_blocks = ["10.1.0.0/24"]
  }
}

resource "aws_security_group" "other" {
  count = 2
}


resource "aws_vpc_security_group_ingress_rule" "b" {
  security_group_id = aws_security_group.worker["b"].id
  cidr_ipv4         = "10.1.0.0/24"
  ip_protocol       = "tcp"
  from_port         = 23
  to_port           = 23
}
