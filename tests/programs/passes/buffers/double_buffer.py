"""Writers append to one list; the reader swaps it for an empty one and works on what it got, without a lock.

Expect: pass
"""

import threading


class Log:
    def __init__(self):
        self.lock = threading.Lock()
        self.pending = []

    def write(self, line):
        with self.lock:
            self.pending.append(line)

    def flush(self):
        with self.lock:
            lines, self.pending = self.pending, []
        return len(lines)


log = Log()
writers = [threading.Thread(target=log.write, args=(name,)) for name in "ab"]
for writer in writers:
    writer.start()
flushed = log.flush()
for writer in writers:
    writer.join()
assert flushed + log.flush() == 2
