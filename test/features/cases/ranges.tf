# veeam-ports: guards ahv-worker
# veeam-ports: address backup-server 10.10.0.10
resource "aws_security_group" "worker" {
  ingress {
    from_port   = 19000
#                      ^ no hint
    to_port     = 19000
#                      ^ hint: ← backup-server
    protocol    = "tcp"
    cidr_blocks = ["10.10.0.10/32"]
  }
  ingress {
    from_port   = 3000
#                     ^ no hint
    to_port     = 8080
#                     ^ no hint
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
