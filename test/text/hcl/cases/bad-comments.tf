/* leading */  ingress {
  from_port = 1 # kept
}
/* once */ x {
/* last */ y { # open
