"""Tiny programs, each with the exact set of its outcomes, and everything that runs them."""
