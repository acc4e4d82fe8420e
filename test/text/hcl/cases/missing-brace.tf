resource "a" "one" {
  x = 1
  ingress {
    y = 2
  egress {
    z = 3
  }
}

resource "a" "two" {
  x = 1

# about three
resource "a" "three" {
  x = 1
}
