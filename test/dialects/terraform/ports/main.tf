# EC2 API Reference, IpPermission: a range 0-0 is port 0; -1 ignores ports. A range the wrong way round is refused by AWS.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:0
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.2.0.1 -> 10.0.0.9:443
# want: accept in udp 10.3.0.1 -> 10.0.0.9:65535
# want: undecided in tcp 10.4.0.1 -> 10.0.0.9:443
# want: undecided in tcp 10.5.0.1 -> 10.0.0.9:443
# want: drop in udp 10.5.0.1 -> 10.0.0.9:443
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.1.0.0/16"]
  }
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.2.0.0/16"]
  }
  ingress {
    protocol    = "udp"
    from_port   = 0
    to_port     = 65535
    cidr_blocks = ["10.3.0.0/16"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 500
    to_port     = 400
    cidr_blocks = ["10.4.0.0/16"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 443
    cidr_blocks = ["10.5.0.0/16"]
  }
}
