by_auto_file = "10.3.2.0/24"
