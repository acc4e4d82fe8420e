# developer.hashicorp.com/terraform/language/modules: what a called module does is not in sight; one that is given the group may add rules to it.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:22
# want: undecided in tcp 10.1.0.1 -> 10.0.0.9:23
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.1.0.0/24"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = [module.network.cidr]
  }
}

module "rules" {
  source            = "./rules"
  security_group_id = aws_security_group.worker.id
}
