terraform {}
locals { a = 1 }
resource "aws_security_group" "web" {
  name = "web"
  ingress {
    from_port = 80
  }
  egress {}
}
bare words "and quoted" {
}
b"x"{}
