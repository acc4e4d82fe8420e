a = f()
b = f(1, g("x"), [2],)
c = concat(lists...)
d = provider::aws::arn_parse(x)
e = f (
  1,
  2
)
