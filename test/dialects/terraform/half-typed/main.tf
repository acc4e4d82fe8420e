# A block that is being typed: what is read stays, what is not leaves its own text undecided.
# problems: 1
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:22
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.1.0.0/24"]
  }
  ingress {
    protocol  = "tcp"
    from_port =
    to_port   = 22
    cidr_blocks = ["10.1.0.0/24"]
  }
}
