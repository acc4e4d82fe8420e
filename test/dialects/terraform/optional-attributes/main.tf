# developer.hashicorp.com/terraform/language/expressions/type-constraints: optional attributes have their default, or null.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in udp 10.1.0.1 -> 10.0.0.9:53
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:53
# want: accept in tcp 10.9.0.1 -> 10.0.0.9:8080
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:8080
variable "rules" {
  type = map(object({
    port     = number
    protocol = optional(string, "tcp")
    cidrs    = optional(list(string))
  }))
  default = {
    https = { port = 443 }
    dns   = { port = 53, protocol = "udp", cidrs = null }
    web   = { port = "8080", cidrs = ["10.9.0.0/24"] }
  }
}

resource "aws_security_group" "worker" {
  dynamic "ingress" {
    for_each = var.rules
    iterator = rule
    content {
      description = rule.key
      protocol    = rule.value.protocol
      from_port   = rule.value.port
      to_port     = rule.value["port"]
      cidr_blocks = rule.value.cidrs == null ? ["10.1.0.0/24"] : rule.value.cidrs
    }
  }
}
