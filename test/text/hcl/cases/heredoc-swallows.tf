resource "a" "one" {
  x = <<EOT
some text
}

resource "a" "two" {
  x = <<EOT
resource "inside" "a heredoc" {
EOT
}
