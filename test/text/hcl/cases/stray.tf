}
a = 1
resource "a" "one" {
  x = 1
  ]
  ? y
  word
}
}
b {
  c = 1 }
d = 2
