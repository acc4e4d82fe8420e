# developer.hashicorp.com/terraform/language/values/variables: the files that are read unasked, the last wins; else the default.
# terraform.tfvars, then terraform.tfvars.json, then *.auto.tfvars by name; other .tfvars files only if named on the command line.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.2.0.1 -> 10.0.0.9:444
# want: drop in tcp 10.2.9.1 -> 10.0.0.9:444
# want: accept in tcp 10.3.2.1 -> 10.0.0.9:445
# want: drop in tcp 10.3.1.1 -> 10.0.0.9:445
# want: undecided in tcp 10.4.0.1 -> 10.0.0.9:446
# want: drop in udp 10.4.0.1 -> 10.0.0.9:446
# want: drop in tcp 10.4.0.1 -> 10.0.0.9:447
variable "by_default" {
  type    = list(string)
  default = ["10.1.0.0/16"]
}

variable "by_file" {
  default = "10.2.9.0/24"
}

variable "by_auto_file" {
  default = "10.3.0.0/24"
}

variable "unset" {
  type = string
}

variable "port" {
  type    = number
  default = "444"
}

resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = var.by_default
  }
  ingress {
    protocol    = "tcp"
    from_port   = var.port
    to_port     = var.port
    cidr_blocks = [var.by_file]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 445
    to_port     = 445
    cidr_blocks = [var.by_auto_file]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 446
    to_port     = 446
    cidr_blocks = [var.unset]
  }
}
