a = 1
b=true
c =	null
name-with-dashes = x
_d = false
größe = ü-1
