locals {
  group_id = aws_security_group.worker.id
  servers  = "10.1.0.0/24"
}

variable "first_port" {
  type    = number
  default = 1
}
