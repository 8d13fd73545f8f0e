"""CPython's own tests, from the running interpreter, over Treadle's primitives."""
