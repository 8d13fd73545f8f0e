"""logging: removing one handler while another thread logs must not lose the record for the next handler."""

import logging
import threading


class ListHandler(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record.getMessage())


def test():
    logger = logging.Logger("private")
    first, second = ListHandler(), ListHandler()
    logger.addHandler(first)
    logger.addHandler(second)
    threads = [
        threading.Thread(target=logger.warning, args=("hello",), name="T1"),
        threading.Thread(target=logger.removeHandler, args=(first,), name="T2"),
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert second.records == ["hello"], second.records
