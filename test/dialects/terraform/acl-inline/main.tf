# resources/network_acl and docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html: lowest number first, then everything is denied; no state is kept.
# want: drop in tcp 10.1.0.5 -> 10.0.0.9:443
# want: accept in tcp 10.1.1.5 -> 10.0.0.9:443
# want: drop in tcp 10.1.1.5 -> 10.0.0.9:22
# want: drop in tcp fd00::1 -> [fd00::9]:443
# want: accept in udp fd00::1 -> [fd00::9]:53
# want: drop out tcp 10.0.0.9 -> 10.1.1.5:40000 sport 443 state established
# want: accept out tcp 10.0.0.9 -> 10.1.1.5:53
resource "aws_network_acl" "main" {
  vpc_id = "vpc-1"

  ingress {
    rule_no    = 200
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "10.1.0.0/16"
    from_port  = 443
    to_port    = 443
  }

  ingress {
    rule_no    = 100
    action     = "deny"
    protocol   = "-1"
    cidr_block = "10.1.0.0/24"
    from_port  = 0
    to_port    = 0
  }

  ingress {
    rule_no         = 300
    action          = "allow"
    protocol        = "udp"
    ipv6_cidr_block = "fd00::/16"
    from_port       = 53
    to_port         = 53
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "10.1.0.0/16"
    from_port  = 0
    to_port    = 1023
  }
}
