a = x.0.1
b = x.*.y.*.z
c = x.
d = x.-y
e = x[0
f = 1
