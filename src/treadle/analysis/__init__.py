"""Analyses of traces: plain data in, plain data out."""
