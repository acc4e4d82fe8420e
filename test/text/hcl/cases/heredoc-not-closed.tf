resource "a" "one" {
  x = <<EOT
some text
  y = 1
}

resource "a" "two" {
  x = <<-EOT
    # no comment
  EOT
  y = [
}

resource "a" "three" {
  x = <<OTHER
  # a comment
}
