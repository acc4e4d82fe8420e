backup_server = "10.10.0.10/32"
