# resources/security_group: for ICMP from_port is the type and to_port the code; EC2 API Reference, IpPermission: -1 is every one.
# want: accept in icmp 10.1.0.1 -> 10.0.0.9 type 8 code 0
# want: drop in icmp 10.1.0.1 -> 10.0.0.9 type 8 code 1
# want: accept in icmp 10.2.0.1 -> 10.0.0.9 type 3 code 4
# want: drop in icmp 10.2.0.1 -> 10.0.0.9 type 8 code 0
# want: accept in icmp 10.3.0.1 -> 10.0.0.9 type 11 code 1
# want: accept in icmp 10.4.0.1 -> 10.0.0.9 type 0 code 0
# want: drop in icmp 10.4.0.1 -> 10.0.0.9 type 8 code 0
# want: drop in tcp 10.3.0.1 -> 10.0.0.9:80
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "icmp"
    from_port   = 8
    to_port     = 0
    cidr_blocks = ["10.1.0.0/16"]
  }
  ingress {
    protocol    = "icmp"
    from_port   = 3
    to_port     = -1
    cidr_blocks = ["10.2.0.0/16"]
  }
  ingress {
    protocol    = "icmp"
    from_port   = -1
    to_port     = -1
    cidr_blocks = ["10.3.0.0/16"]
  }
  ingress {
    protocol    = "icmp"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.4.0.0/16"]
  }
}
