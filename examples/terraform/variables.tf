variable "ami" {
  type = string
}

variable "backup_server" {
  type    = string
  default = "10.10.0.99/32"
}

variable "repositories" {
  type    = string
  default = "10.10.40.0/28"
}
