# veeam-ports: guards ahv-worker
# veeam-ports: address backup-server 10.10.0.10
resource "aws_security_group" "worker" {
  name = "worker"
  
# ^ no completion
}

resource "aws_vpc_security_group_ingress_rule" "control" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "10.10.0.10/32"
  ip_protocol       = "tcp"
  from_port         = 19000
  to_port           = 19000
}

veeam
#    ^ complete: veeam: Backup server → Worker: TCP 443
