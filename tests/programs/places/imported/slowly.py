"""A module that waits while it is imported."""

import time

executed = 0
state = "half"
time.sleep(1)
executed += 1
state = "whole"
