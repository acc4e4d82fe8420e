# resources/security_group_rule and EC2 API Reference, IpPermission: protocols by number; other than TCP, UDP and ICMP have all ports.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:80
# want: accept in 47 10.2.0.1 -> 10.0.0.9
# want: accept in sctp 10.3.0.1 -> 10.0.0.9:9999
# want: drop in tcp 10.3.0.1 -> 10.0.0.9:80
# want: accept in icmpv6 fd00::1 -> fd00::9
# want: undecided in tcp 10.4.0.1 -> 10.0.0.9:80
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "6"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["10.1.0.0/16"]
  }
  ingress {
    protocol    = 47
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.2.0.0/16"]
  }
  ingress {
    protocol    = "132"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["10.3.0.0/16"]
  }
  ingress {
    protocol         = "58"
    from_port        = -1
    to_port          = -1
    ipv6_cidr_blocks = ["::/0"]
  }
  ingress {
    protocol    = "tpc"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["10.4.0.0/16"]
  }
}
