a = <<EOT
  one
two \n ${x} "quoted" $${y}

EOT
b = <<-EOT
      one
    two ${x}
  
     three
  EOT
c = <<EOT
EOT
e = [
  <<-X
	tab
		two
	X
  , 2
]
