a = [for v in l : v]
b = [for i, v in l : "${i}-${v}" if v != ""]
c = { for k, v in m : k => v }
d = {
  for s in [for x in y : x] :
  s.name => s...
  if s.on
}
