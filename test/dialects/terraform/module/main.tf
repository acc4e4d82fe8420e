# developer.hashicorp.com/terraform/language/files: all files of a folder are one module. The rules stand in rules.tf, the values in values.tf.
# want: accept in tcp 10.1.0.1 -> 10.0.0.9:443
# want: drop in tcp 10.2.0.1 -> 10.0.0.9:443
# want: accept in tcp 10.2.0.1 -> 10.0.0.9:9440
# want: accept out tcp 10.0.0.9 -> 10.1.0.1:2500
# want: drop out tcp 10.0.0.9 -> 10.1.0.1:2499
resource "aws_security_group" "worker" {
  name = "worker"
}
