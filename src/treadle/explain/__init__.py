"""Words for a trace: sentences for its steps, the cause of a finding, what can be left out of a picture.

Everything here reads a :class:`~treadle.model.trace.Trace` and gives text; it knows neither how a program
was run nor where the text is shown, so the terminal, the page and the JSON document say the same thing.
"""
