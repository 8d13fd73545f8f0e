"""Renderings of a result or a trace: text for a terminal, one JSON document for a program."""
