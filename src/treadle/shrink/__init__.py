"""Shrinking: the simplest schedule that still fails in the same way."""
