# registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group: any ingress block that matches allows.
# want: accept in tcp 10.1.2.3 -> 10.0.0.9:443
# want: accept in tcp fd00::7 -> [fd00:1::1]:443
# want: drop in tcp 10.2.0.1 -> 10.0.0.9:443
# want: drop in udp 10.1.2.3 -> 10.0.0.9:443
# want: accept in udp 192.168.7.1 -> 10.0.0.9:2503
# want: drop in udp 192.168.7.1 -> 10.0.0.9:2504
# want: accept out tcp 10.0.0.9 -> 8.8.8.8:53
# want: drop out tcp fd00:1::1 -> [fd00::7]:53
resource "aws_security_group" "worker" {
  name   = "worker"
  vpc_id = var.vpc_id

  ingress {
    description      = "from the backup server"
    from_port        = 443
    to_port          = 443
    protocol         = "tcp"
    cidr_blocks      = ["10.1.0.0/16"]
    ipv6_cidr_blocks = ["fd00::/64"]
  }

  ingress {
    from_port   = "2500"
    to_port     = "2503"
    protocol    = "UDP"
    cidr_blocks = ["192.168.7.0/24", "192.168.9.1/32"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
