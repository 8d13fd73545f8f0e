"""An object belongs to whoever took it from the queue; nobody else touches it any more.

Expect: pass
"""

import queue
import threading


class Parcel:
    def __init__(self):
        self.stamps = []


to_post, to_home = queue.Queue(), queue.Queue()


def post_office():
    parcel = to_post.get()
    parcel.stamps.append("post")
    to_home.put(parcel)


threading.Thread(target=post_office).start()
parcel = Parcel()
parcel.stamps.append("sender")
to_post.put(parcel)
del parcel
parcel = to_home.get()
parcel.stamps.append("home")
assert parcel.stamps == ["sender", "post", "home"]
