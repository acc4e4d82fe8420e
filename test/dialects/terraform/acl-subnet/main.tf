# docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html: rules are evaluated where traffic enters or leaves a subnet, not within it.
# want: accept in tcp 10.0.1.5 -> 10.0.1.9:443
# want: accept out tcp 10.0.1.5 -> 10.0.1.9:443
# want: drop in tcp 10.0.2.5 -> 10.0.1.9:443
# want: accept in tcp 10.0.3.5 -> 10.0.3.9:443
# want: drop in tcp 10.0.1.5 -> 10.0.3.9:443
resource "aws_network_acl" "main" {
  subnet_ids = [aws_subnet.a.id]

  ingress {
    rule_no    = 10
    action     = "deny"
    protocol   = -1
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_subnet" "a" {
  cidr_block = "10.0.1.0/24"
}

resource "aws_subnet" "b" {
  cidr_block = cidrsubnet("10.0.0.0/16", 8, 3)
}

resource "aws_network_acl_association" "b" {
  network_acl_id = aws_network_acl.main.id
  subnet_id      = aws_subnet.b.id
}
