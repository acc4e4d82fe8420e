# docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html: with several groups the rules of all of them count.
# Wherever the worker's group is attached, the common group is, too; the common group is on its own as well.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:22
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:80
# want: accept out tcp 10.0.0.9 -> 10.1.0.1:443
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

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "web" {
  ingress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["10.1.0.0/24"]
  }
}

resource "aws_instance" "worker" {
  vpc_security_group_ids = [aws_security_group.worker.id, aws_security_group.common.id, aws_security_group.web.id]
}

resource "aws_launch_template" "worker" {
  network_interfaces {
    security_groups = [aws_security_group.worker.id, aws_security_group.common.id]
  }
}

resource "aws_instance" "other" {
  vpc_security_group_ids = [aws_security_group.common.id]
}
