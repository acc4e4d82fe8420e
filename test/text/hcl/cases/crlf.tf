a = 1
b {
  c = <<EOT
 one
EOT
}
# end
