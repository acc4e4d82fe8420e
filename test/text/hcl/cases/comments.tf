# hash
// slashes
/* block */ a = 1 # behind
b = 2 /* inline */
/*
 several
 lines */
c /* between */ = 3 // end
d { # header
  // inside
} # closer
#
