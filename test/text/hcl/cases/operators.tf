a = 1 + 2 * 3 - 4 / 5 % 6
b = a || b && c == d || !e
c = 1 < 2 == 3 >= 4 != true
d = -x.y + - - 1
e = b-1
f = b -1
g = !x.y
