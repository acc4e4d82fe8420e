# veeam-ports: guards ahv-worker
# veeam-ports: address backup-server 10.10.0.10
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 19000
    to_port     = 19000
    cidr_blocks = ["10.10.0.10/32"]
  }
  veeam
#      ^ complete: veeam: Backup server → Worker: TCP 443
}

