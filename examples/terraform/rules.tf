locals {
  controlled_from = [var.backup_server]

  outbound = {
    control    = { ports = [10006, 10006], to = var.backup_server }
    data       = { ports = [2500, 3300], to = var.repositories }
    mover      = { ports = [6162, 6162], to = var.repositories }
    prism      = { ports = [9440, 9440], to = "10.10.30.5/32" }
    updates    = { ports = [443, 443], to = "0.0.0.0/0" }
    index_data = { ports = [2500, 3300], to = var.backup_server }
  }
}

resource "aws_vpc_security_group_ingress_rule" "control" {
  for_each          = toset(local.controlled_from)
  security_group_id = aws_security_group.worker.id
  description       = "Veeam: the backup server controls the worker"
  cidr_ipv4         = each.value
  from_port         = 19000
  to_port           = 19000
  ip_protocol       = "tcp"
}

# Every port was meant; this is port 0.
resource "aws_vpc_security_group_ingress_rule" "updater" {
  security_group_id = aws_security_group.worker.id
  description       = "Veeam: the platform service talks to the updater"
  cidr_ipv4         = var.backup_server
  from_port         = 0
  to_port           = 0
  ip_protocol       = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "veeam" {
  for_each          = local.outbound
  security_group_id = aws_security_group.worker.id
  description       = "Veeam: ${each.key}"
  cidr_ipv4         = each.value.to
  from_port         = each.value.ports[0]
  to_port           = each.value.ports[1]
  ip_protocol       = "tcp"
}

# TCP where UDP is needed.
resource "aws_vpc_security_group_egress_rule" "time" {
  security_group_id = aws_security_group.worker.id
  description       = "Time"
  cidr_ipv4         = "10.10.0.2/32"
  from_port         = 123
  to_port           = 123
  ip_protocol       = "tcp"
}
