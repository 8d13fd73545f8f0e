"""A producer and a consumer of one slot, as often as each other.

Bug: the slot begins with two items, and the consumer takes only as many as the producer would add, so one
of them waits for ever, in every execution.
"""

from producer_consumer import slot


def test():
    slot(2, 2)
