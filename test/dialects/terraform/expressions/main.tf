# developer.hashicorp.com/terraform/language/expressions: conditionals, for, splats, templates, operators, and values that resources are given.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:1001
# want: accept in tcp 10.5.0.7 -> 10.0.0.9:1002
# want: drop in tcp 10.5.0.8 -> 10.0.0.9:1002
# want: accept in tcp 10.20.1.1 -> 10.0.0.9:1003
# want: accept in tcp 10.20.2.1 -> 10.0.0.9:1003
# want: drop in tcp 10.20.3.1 -> 10.0.0.9:1003
# want: accept in tcp 10.20.9.9 -> 10.0.0.9:1004
# want: undecided in tcp 10.20.9.9 -> 10.0.0.9:1005
# want: accept in tcp 10.7.0.1 -> 10.0.0.9:1006
# want: drop in tcp 10.6.0.1 -> 10.0.0.9:1006
# want: accept in tcp 10.8.0.1 -> 10.0.0.9:1007
# want: undecided in tcp 10.9.0.1 -> 10.0.0.9:1007
# want: drop in tcp 10.10.0.1 -> 10.0.0.9:1007
# want: accept in tcp 10.11.0.1 -> 10.0.0.9:1008
locals {
  base    = 1000
  prefix  = "10.5.0"
  servers = { a = "10.7.0.0/24", b = "10.6.0.0/24" }
}

resource "aws_vpc" "main" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_subnet" "private" {
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.20.${count.index + 1}.0/24"
}

resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = local.base + 1
    to_port     = (local.base + 1)
    cidr_blocks = [true && 2 > 1 ? "10.1.0.0/24" : "10.2.0.0/24"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 1002
    to_port     = 1002
    cidr_blocks = ["${local.prefix}.7/32"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 1003
    to_port     = 1003
    cidr_blocks = aws_subnet.private[*].cidr_block
  }
  ingress {
    protocol    = "tcp"
    from_port   = 1004
    to_port     = 1004
    cidr_blocks = ["${aws_vpc.main.cidr_block}"]
  }
  ingress {
    protocol         = "tcp"
    from_port        = 1005
    to_port          = 1005
    ipv6_cidr_blocks = [aws_vpc.main.ipv6_cidr_block]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 1006
    to_port     = 1006
    cidr_blocks = [for name, network in local.servers : network if name != "b"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 1007
    to_port     = 1007
    cidr_blocks = var.large ? ["10.8.0.0/24", "10.9.0.0/24"] : ["10.8.0.0/24"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 1008
    to_port     = 1008
    cidr_blocks = jsondecode("[\"10.11.0.0/24\"]")
  }
}
