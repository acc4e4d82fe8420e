# developer.hashicorp.com/terraform/language/expressions/dynamic-blocks: one block per element, named after the block or the iterator.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:9440
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:80
# want: undecided in udp 10.1.0.1 -> 10.0.0.9:53
# want: drop in udp 10.1.0.1 -> 10.0.0.9:54
# want: accept out tcp 10.0.0.9 -> 10.1.0.1:22
# want: undecided out tcp 10.0.0.9 -> 10.1.0.1:23
resource "aws_security_group" "worker" {
  dynamic "ingress" {
    for_each = [443, 9440]
    content {
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = ["10.1.0.0/24"]
    }
  }

  dynamic "ingress" {
    for_each = var.dns ? ["x"] : []
    content {
      protocol    = "udp"
      from_port   = 53
      to_port     = 53
      cidr_blocks = ["10.1.0.0/24"]
    }
  }

  dynamic "egress" {
    for_each = concat([22], var.more_ports)
    iterator = port
    content {
      protocol    = "tcp"
      from_port   = port.value
      to_port     = port.value
      cidr_blocks = ["10.1.0.0/24"]
    }
  }
}
