import cython

from treadle.schedulers.dpor cimport Dpor, Frame
from treadle.schedulers.events cimport Access, Event, happens_before
from treadle.schedulers.wakeup cimport Node

cdef int _ACQUIRE
cdef int _RELEASE

cdef class BoundedFrame(Frame):
    cdef public int running
    cdef public int preemptions
    cdef public set wanted

cdef class BoundedDpor(Dpor):
    cdef public int bound
    cdef public bint was_cut
    cdef public set _met

    @cython.locals(event=Event)
    cpdef int step(self, dict indexes, int default) except? -2
    @cython.locals(frame=BoundedFrame, parent=BoundedFrame, task=int)
    cdef Frame _make_frame(self, list enabled, dict sleep, list pending)
    @cython.locals(state=BoundedFrame)
    cdef object _put_to_sleep(self, Frame frame)
    @cython.locals(before=long)
    cpdef object over(self, str status)
    @cython.locals(event=Event, access=Access, before=dict, released=dict)
    cdef object _let_wait(self)
    cdef object _let_come(self, Event mine, Event ended, Event event, int index)
    @cython.locals(frame=BoundedFrame, other=Event, depth=int)
    cdef object _reverse(self, Event race, Event event, int index)
    @cython.locals(each=int)
    cdef object _want(self, BoundedFrame frame, int task)
