# developer.hashicorp.com/terraform/language/attr-as-blocks, with a list that a for expression makes.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:80
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:8080
# want: undecided out tcp 10.0.0.9 -> 10.1.0.1:443
resource "aws_security_group" "worker" {
  ingress = [for port in [80, 443] : { protocol = "tcp", from_port = port, to_port = port, cidr_blocks = ["10.1.0.0/16"] }]
  egress  = var.egress
}
