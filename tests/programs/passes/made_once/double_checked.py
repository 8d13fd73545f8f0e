"""Double-checked locking: looked at without the lock, and again with it.

Expect: pass
"""

import threading


class Settings:
    _instance = None
    _lock = threading.Lock()
    made = 0

    @classmethod
    def get(cls):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    cls.made += 1
                    cls._instance = cls()
        return cls._instance


seen = []
threads = [threading.Thread(target=lambda: seen.append(Settings.get())) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert seen[0] is seen[1] and Settings.made == 1
