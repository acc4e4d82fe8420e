a = 'x'
"b" = 1
c = "open
d = 4
