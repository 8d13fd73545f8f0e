"""transitions: two threads fire the same event of a LockedMachine; both steps must count."""

import threading

from transitions.extensions import LockedMachine


class Model:
    pass


def test():
    model = Model()
    machine = LockedMachine(model, states=["A", "B", "C"], initial="A", auto_transitions=False)
    machine.add_transition("advance", "A", "B")
    machine.add_transition("advance", "B", "C")
    threads = [threading.Thread(target=model.advance, name=n) for n in ("T1", "T2")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert model.state == "C", model.state
