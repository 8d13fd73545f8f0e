import cython

from treadle.engine.conflicts cimport Location
from treadle.engine.task cimport Task
from treadle.schedulers.base cimport Point, Scheduler
from treadle.schedulers.events cimport Access, Event, are_dependent, portable, settled
from treadle.schedulers.races cimport Clocks, sequence_without
from treadle.schedulers.wakeup cimport Node, insert, is_covered, is_weak_initial

cdef int _ACQUIRE
cdef int _TRY_ACQUIRE
cdef int _RELEASE
cdef int _JOIN
cdef int _EXIT
cdef int _THREAD_READ
cdef int _END

cdef class Frame:
    cdef public int depth
    cdef public list enabled
    cdef public dict sleep
    cdef public int known
    cdef public Node chosen
    cdef public list pending
    cdef public Event event
    cdef public int done
    cdef public long traces

    cpdef list explored(self)
    cpdef bint covers(self, list sequence) except -1

cdef class Dpor(Scheduler):
    cdef public str divergence
    cdef public bint is_redundant
    cdef public int redundant
    cdef public int infeasible
    cdef public list learned
    cdef public long traces
    cdef public list _frames
    cdef public dict _ids
    cdef public list found
    cdef set _keys
    cdef public int _lent
    cdef public bint _is_new
    cdef public bint _has_run
    cdef public bint has_more
    cdef public int _fixed
    cdef public int _depth
    cdef public list events
    cdef public Event _event
    cdef public Task _waiting
    cdef public dict _tasks
    cdef public dict _early
    cdef public int _places
    cdef public bint _has_time_passed

    cdef object _forget(self)
    cpdef bint begin(self) except -1
    @cython.locals(frame=Frame, size=long)
    cdef bint _go_on(self) except -1
    cdef object _put_to_sleep(self, Frame frame)
    @cython.locals(frame=Frame)
    cpdef tuple remaining(self)
    @cython.locals(node=Node)
    cdef bint _follow(self, Frame frame) except -1
    @cython.locals(task=Task, enabled=list, indexes=dict, index=int, chosen=int, frame=Frame, event=Event, location=Location)
    cpdef int choose(self, Point point) except? -2
    @cython.locals(frame=Frame)
    cpdef int step(self, dict indexes, int default) except? -2
    @cython.locals(parent=Frame, sleep=dict, pending=list)
    cdef Frame _new_frame(self, list enabled)
    cdef Frame _make_frame(self, list enabled, dict sleep, list pending)
    @cython.locals(task=Task, event=Event)
    cdef object _meet(self, list enabled)
    cdef bint _would_wait(self, Task task) except -1
    cdef object _number(self, Location location)
    @cython.locals(access=Access, is_open=bint, where=Location)
    cpdef object note(self, Task task, int kind, object location)
    cpdef object over(self, str status)
    @cython.locals(clocks=Clocks, event=Event, race=Event, index=int, new=int)
    cdef object _find_races(self)
    @cython.locals(task=Task, location=Location, event=Event)
    cdef list _unfinished(self)
    @cython.locals(frame=Frame, sequence=list)
    cdef object _reverse(self, Event race, Event event, int index)
    cdef object _find(self, Frame frame, list sequence)
