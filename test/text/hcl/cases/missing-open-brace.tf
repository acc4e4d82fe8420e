resource "a" "one"
  x = 1
  ingress 
    y = 2
  }
}

resource "a" "two" {
  tags =
    Name = "x"
  }
  x = 1
}
