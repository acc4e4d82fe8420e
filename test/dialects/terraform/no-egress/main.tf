# resources/security_group, "NOTE on Egress rules": Terraform removes the rule that allows all that leaves.
# want: drop out tcp 10.0.0.9 -> 10.1.0.1:443
# want: drop out icmp 10.0.0.9 -> 10.1.0.1
# want: drop in tcp 10.1.0.1 -> 10.0.0.9:22
resource "aws_security_group" "worker" {
  vpc_id = "vpc-1"
}
