# developer.hashicorp.com/terraform/language/attr-as-blocks: rules as a list of objects; an empty list says that there is none.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.2.0.1 -> 10.0.0.9:6160
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:6160
# want: drop out tcp 10.0.0.9 -> 10.1.0.1:443
resource "aws_security_group" "worker" {
  ingress = [
    {
      description      = ""
      protocol         = "tcp"
      from_port        = 443
      to_port          = 443
      cidr_blocks      = ["10.1.0.0/16"]
      ipv6_cidr_blocks = []
      prefix_list_ids  = []
      security_groups  = []
      self             = false
    },
    local.more,
  ]
  egress = []
}

locals {
  more = { protocol = "tcp", from_port = 6160, to_port = 6162, cidr_blocks = ["10.2.0.0/16"], self = null }
}
