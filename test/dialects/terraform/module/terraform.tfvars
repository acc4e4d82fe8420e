first_port = 2500
