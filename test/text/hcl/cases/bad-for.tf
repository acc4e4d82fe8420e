a = [for x in y : x => x]
b = { for x in y : x }
c = [for x in y : x...]
d = [for]
e = { for = 1 }
f = 1
