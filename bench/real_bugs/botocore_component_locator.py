"""botocore: two threads fetch a lazily made component of one session for the first time."""

import threading

from botocore.session import ComponentLocator


def test():
    locator = ComponentLocator()
    locator.lazy_register_component("credential_provider", lambda: object())
    got, errors = [], []

    def worker():
        try:
            got.append(locator.get_component("credential_provider"))
        except KeyError as e:
            errors.append(e)

    threads = [threading.Thread(target=worker, name=n) for n in ("T1", "T2")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors, errors
    assert len(got) == 2
