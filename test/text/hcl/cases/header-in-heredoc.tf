a "one" {
  x = <<EOT
resource "inside" {
EOT
}
/*
b "commented" {
*/
c "two" {
  y = "
}
d "three" {
  x = <<EOT
server {
}
EOT
}
