"""kafka-python: three threads share one buffer; nobody may be told 'timeout' (the limit is one hour)."""

import threading

from kafka.errors import KafkaTimeoutError
from kafka.producer.buffer import SimpleBufferPool

HOUR_MS = 3600 * 1000


def test():
    pool = SimpleBufferPool(1024, 1024)  # memory for exactly one buffer
    first = pool.allocate(1024, HOUR_MS)
    errors, done = [], []

    def user(name):
        try:
            buf = pool.allocate(1024, HOUR_MS)
            done.append(name)
            pool.deallocate(buf)
        except KafkaTimeoutError as e:
            errors.append((name, e))

    threads = [
        threading.Thread(target=user, args=("T1",), name="T1", daemon=True),
        threading.Thread(target=pool.deallocate, args=(first,), name="T2", daemon=True),
        threading.Thread(target=user, args=("T3",), name="T3", daemon=True),
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors, errors
    assert sorted(done) == ["T1", "T3"]
