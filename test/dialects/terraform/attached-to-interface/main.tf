# resources/network_interface_sg_attachment: a further group of an instance's or an interface's own.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:22
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:80
resource "aws_security_group" "worker" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.1.0.0/24"]
  }
}

resource "aws_security_group" "common" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.1.0.0/24"]
  }
}

resource "aws_network_interface" "a" {
  security_groups = [aws_security_group.worker.id]
}

resource "aws_network_interface_sg_attachment" "a" {
  network_interface_id = aws_network_interface.a.id
  security_group_id    = aws_security_group.common.id
}
