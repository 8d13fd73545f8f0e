"""watchdog: a watch scheduled while the observer starts must be watched (its emitter runs)."""

import threading

from watchdog.events import FileSystemEventHandler
from watchdog.observers.api import BaseObserver, EventEmitter


class QuietEmitter(EventEmitter):
    def queue_events(self, timeout):
        self.stopped_event.wait()


def test():
    observer = BaseObserver(QuietEmitter)
    starter = threading.Thread(target=observer.start, name="T1")
    scheduler = threading.Thread(
        target=observer.schedule, args=(FileSystemEventHandler(), "(local)"), name="T2"
    )
    starter.start()
    scheduler.start()
    starter.join()
    scheduler.join()
    running = [e.is_alive() for e in observer.emitters]
    observer.stop()
    observer.join()
    assert running == [True], "emitters running: %r" % running
