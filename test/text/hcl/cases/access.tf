a = var.x.y
b = data.aws_vpc.main[0].cidr["a"].b
c = x.0.y.1
d = f(x).y
e = [1, 2][0]
f = x[y.z[1]].w
g = (x
  .y)
h = x . y
