a = x.*.id
b = x[*].id[0]
c = x.*.y.0[1].z
d = x[*].y[*].z
e = x[*]
f = x.*[0].*.y
