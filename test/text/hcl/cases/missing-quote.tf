resource "a" "one" {
  x = ["1.2.3.4/32, "5.6.7.8/32"]
  y = 2
}

resource a" "two" {
  y = 2
}

resource "a" "three" {
  y = "${var.z"
  z = 1
}
