# docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html: one host has the worker's group alone, and needs all from it.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:22
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

resource "aws_instance" "a" {
  vpc_security_group_ids = [aws_security_group.worker.id, aws_security_group.common.id]
}

resource "aws_instance" "b" {
  vpc_security_group_ids = [aws_security_group.worker.id]
}
