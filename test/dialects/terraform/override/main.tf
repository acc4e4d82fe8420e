# developer.hashicorp.com/terraform/language/files/override: arguments replace arguments, nested blocks of a type replace all of that type.
# want: accept in tcp 10.3.0.1 -> 10.0.0.9:443
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:443
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:22
# want: accept out tcp 10.0.0.9 -> 10.1.0.1:80
# want: accept in tcp 10.5.0.1 -> 10.0.0.9:444
# want: drop in tcp 10.4.0.1 -> 10.0.0.9:444
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.1.0.0/24"]
  }

  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.1.0.0/24"]
  }

  egress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["10.1.0.0/24"]
  }
}

locals {
  servers = "10.4.0.0/24"
}
