"""How an unmodified program gets the primitives: names replaced, time virtual, output captured."""
