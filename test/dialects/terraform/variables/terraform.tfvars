by_file      = "10.2.0.0/24"
by_auto_file = "10.3.0.0/24"
