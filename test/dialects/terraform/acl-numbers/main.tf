# docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html: numbers from 1 to 32766, each once; where one is not known its rule may come first.
# want: undecided in tcp 10.1.0.5 -> 10.0.0.9:443
# want: undecided in tcp 10.1.0.5 -> 10.0.0.9:22
# want: accept in tcp 10.1.0.5 -> 10.0.0.9:23
# want: undecided in tcp 10.1.0.5 -> 10.0.0.9:24
resource "aws_network_acl" "main" {
  ingress {
    rule_no    = var.number
    action     = "deny"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 443
    to_port    = 443
  }
  ingress {
    rule_no    = 200
    action     = "deny"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 22
    to_port    = 22
  }
  ingress {
    rule_no    = 200
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "10.1.0.0/16"
    from_port  = 22
    to_port    = 22
  }
  ingress {
    rule_no    = 300
    action     = "allow"
    protocol   = "-1"
    cidr_block = "10.1.0.0/16"
    from_port  = 0
    to_port    = 0
  }
  ingress {
    rule_no    = 40000
    action     = "deny"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 24
    to_port    = 24
  }
}
