"""``treadle gil``: measures what threads, processes, subinterpreters and other interpreters give."""
