"""Random small programs over every primitive and every kind of access, and what is asked of them."""
