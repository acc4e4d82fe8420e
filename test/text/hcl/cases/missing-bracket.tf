resource "a" "one" {
  x = [
    "1",
    # a comment that is kept
    "2"
  y = f(1
  z = { a = 1
  w = 1
}
