# A Nutanix AHV worker behind AWS's firewalls: its security group and the network ACL of its subnet, with mistakes of the kind that
# real modules have. The group's rules stand in rules.tf, the values in variables.tf.
#
# veeam-ports: use nutanix-ahv
# veeam-ports: address ahv-worker 10.10.20.15
# veeam-ports: address backup-server 10.10.0.10
# veeam-ports: address backup-repository 10.10.40.0/28
# veeam-ports: address prism-central 10.10.30.5
# veeam-ports: address ahv-cluster 10.10.30.10
# veeam-ports: address ahv-host 10.10.30.10-10.10.30.13
# veeam-ports: address ntp-server 10.10.0.2
# veeam-ports: feature local-update-mirror off

# No rule of rules.tf lets all out, and AWS's own that did was removed by Terraform: what is not allowed there is closed.
# veeam-ports: guards ahv-worker
resource "aws_security_group" "worker" {
  name_prefix = "ahv-worker-"
  description = "AHV worker"
  vpc_id      = aws_vpc.main.id
}

# Attached wherever the worker's group is: its rules count for the worker, too.
resource "aws_security_group" "monitoring" {
  name_prefix = "monitoring-"
  description = "Monitoring agents"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "Agent"
    from_port   = 10050
    to_port     = 10050
    protocol    = "tcp"
    cidr_blocks = ["10.10.0.0/24"]
  }
}

resource "aws_instance" "worker" {
  ami                    = var.ami
  instance_type          = "t3.medium"
  subnet_id              = aws_subnet.worker.id
  private_ip             = "10.10.20.15"
  vpc_security_group_ids = [aws_security_group.worker.id, aws_security_group.monitoring.id]
}
