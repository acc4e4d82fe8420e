# The network ACL keeps no state. What the worker may send comes back to a port of its own, and none is let in.
#
# veeam-ports: use nutanix-ahv
# veeam-ports: address ahv-worker 10.10.20.15
# veeam-ports: address backup-server 10.10.0.10
# veeam-ports: absent ahv-cluster, ahv-host, backup-repository, gateway-server, ntp-server, prism-central, update-repository, update-mirror

resource "aws_vpc" "main" {
  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "worker" {
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, 20)
}

# veeam-ports: guards ahv-worker
resource "aws_network_acl" "worker" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.worker.id]

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = var.backup_server
    from_port  = 0
    to_port    = 1023
  }

  ingress {
    rule_no    = 110
    action     = "deny"
    protocol   = "tcp"
    cidr_block = "10.10.0.0/24"
    from_port  = 0
    to_port    = 65535
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "10.10.0.0/16"
    from_port  = 0
    to_port    = 0
  }
}
