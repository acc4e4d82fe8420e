resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.3.0.0/24"]
  }

  ingress {
    protocol    = "tcp"
    from_port   = 444
    to_port     = 444
    cidr_blocks = [local.servers]
  }
}

locals {
  servers = "10.5.0.0/24"
}
