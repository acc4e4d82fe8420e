a = "x  ${~ y ~}  z"
b = "x ${~ y}  z ${w ~} "
c = <<EOT
  one ${~ two ~}  
  three
EOT
