# resources/default_security_group: the provider removes every rule and makes only those that stand inline.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:22
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:23
# want: drop out tcp 10.0.0.9 -> 10.1.0.1:443
resource "aws_default_security_group" "default" {
  vpc_id = "vpc-1"

  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.1.0.0/16"]
  }
}
