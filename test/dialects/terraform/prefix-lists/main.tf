# resources/ec2_managed_prefix_list and ec2_managed_prefix_list_entry: the entries of lists of the module; other lists are not in sight.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.2.0.7 -> 10.0.0.9:443
# want: accept in tcp 10.3.0.9 -> 10.0.0.9:443
# want: drop in tcp 10.2.0.8 -> 10.0.0.9:443
# want: undecided in tcp 10.9.0.1 -> 10.0.0.9:80
# want: undecided out tcp 10.0.0.9 -> 3.5.140.1:443
# want: accept out tcp 10.0.0.9 -> 10.1.0.1:6160
resource "aws_security_group" "worker" {
  ingress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    prefix_list_ids = [aws_ec2_managed_prefix_list.servers.id]
  }
  ingress {
    protocol        = "tcp"
    from_port       = 80
    to_port         = 80
    prefix_list_ids = ["pl-0123"]
  }
  egress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    prefix_list_ids = [data.aws_ec2_managed_prefix_list.s3.id, aws_vpc_endpoint.s3.prefix_list_id]
  }
  egress {
    protocol        = "tcp"
    from_port       = 6160
    to_port         = 6160
    prefix_list_ids = aws_ec2_managed_prefix_list.servers[*].id
  }
}

resource "aws_ec2_managed_prefix_list" "servers" {
  name           = "servers"
  address_family = "IPv4"
  max_entries    = 5

  entry {
    cidr = "10.1.0.0/24"
  }

  dynamic "entry" {
    for_each = ["10.2.0.7/32"]
    content {
      cidr = entry.value
    }
  }
}

resource "aws_ec2_managed_prefix_list_entry" "more" {
  prefix_list_id = aws_ec2_managed_prefix_list.servers.id
  cidr           = "10.3.0.0/24"
}
