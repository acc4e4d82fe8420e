by_auto_file = "10.3.1.0/24"
