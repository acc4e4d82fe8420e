# resources/security_group: self adds the group as a source. Who its members are no text tells.
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:443
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:80
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:81
resource "aws_security_group" "worker" {
  ingress {
    protocol  = "tcp"
    from_port = 443
    to_port   = 443
    self      = true
  }
  ingress {
    protocol  = "tcp"
    from_port = 80
    to_port   = 80
    self      = false
  }
  ingress {
    protocol  = "tcp"
    from_port = 81
    to_port   = 81
  }
}
