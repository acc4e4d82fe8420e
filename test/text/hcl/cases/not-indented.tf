resource "a" "one" {
ingress {
x = [
1
]
}
}
resource "a" "two" {
}
