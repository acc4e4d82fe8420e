# resources/default_network_acl: the provider removes all rules and makes only those that stand inline; without rules everything is denied.
# want: drop in tcp 10.1.0.5 -> 10.0.0.9:443
# want: accept out tcp 10.0.0.9 -> 10.1.0.5:443
resource "aws_default_network_acl" "default" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = -1
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}
