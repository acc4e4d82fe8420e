# resources/network_acl_rule: egress says the side, -1 ignores ports; ICMP has icmp_type and icmp_code, -1 is every one.
# want: accept in tcp 10.1.0.5 -> 10.0.0.9:443
# want: drop in tcp 10.1.0.5 -> 10.0.0.9:444
# want: accept in icmp 10.1.0.5 -> 10.0.0.9 type 8
# want: drop in icmp 10.1.0.5 -> 10.0.0.9 type 0
# want: accept out udp 10.0.0.9 -> 10.1.0.5:99
# want: accept out icmp 10.0.0.9 -> 10.9.0.5 type 3 code 1
# want: undecided out tcp 10.0.0.9 -> 10.9.0.5:99
resource "aws_network_acl" "main" {
  vpc_id = "vpc-1"
}

resource "aws_network_acl_rule" "https" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 100
  protocol       = "tcp"
  rule_action    = "ALLOW"
  cidr_block     = "10.1.0.0/24"
  from_port      = 443
  to_port        = 443
}

resource "aws_network_acl_rule" "ping" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 110
  egress         = false
  protocol       = "icmp"
  rule_action    = "allow"
  cidr_block     = "10.1.0.0/24"
  icmp_type      = 8
  icmp_code      = -1
}

resource "aws_network_acl_rule" "errors" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 100
  egress         = true
  protocol       = 1
  rule_action    = "allow"
  cidr_block     = "0.0.0.0/0"
  icmp_type      = -1
  icmp_code      = -1
}

resource "aws_network_acl_rule" "out" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 200
  egress         = true
  protocol       = "all"
  rule_action    = "allow"
  cidr_block     = "10.1.0.0/24"
  from_port      = 22
  to_port        = 22
}

resource "aws_network_acl_rule" "unknown" {
  network_acl_id = aws_network_acl.main.id
  rule_number    = 300
  egress         = true
  protocol       = "tcp"
  rule_action    = var.action
  cidr_block     = "0.0.0.0/0"
  from_port      = 0
  to_port        = 65535
}
