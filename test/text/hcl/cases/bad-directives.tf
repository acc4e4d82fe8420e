a = "%{ if x }open"
b = "%{ endif }"
c = "%{ while x }"
d = 1
