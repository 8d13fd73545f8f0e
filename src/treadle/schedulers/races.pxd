import cython

from treadle.schedulers.events cimport Access, Event, are_dependent, happens_before

cdef int _ACQUIRE
cdef int _RELEASE
cdef int _JOIN
cdef int _WAKE
cdef int _NOTIFY
cdef int _THREAD_READ

cdef class Touch:
    cdef public Event event
    cdef public Access access

cdef class Clocks:
    cdef public list learned
    cdef list _tasks
    cdef list _past
    cdef dict _places

    @cython.locals(access=Access, history=list, other=int, others=list)
    cpdef list add(self, Event event, bint finds_races)
    cpdef list ask(self, Event event)
    @cython.locals(clock=list, past=list)
    cdef object _let_time_pass(self)
    @cython.locals(own=list, before=list, races=list, needed=list, access=Access, history=list, other=int, race=Touch)
    cdef list _order(self, Event event, bint finds_races)
    cdef object _learn(self, Access access)
    @cython.locals(mask=cython.ulonglong, settled=object, touch=Touch, other=Event, index=Py_ssize_t)
    cdef object _look_back(self, Event event, Access access, list before, list history, bint finds_races, list races, list needed)

@cython.locals(earlier=Event, touch=Touch, number=Py_ssize_t)
cdef bint _is_notified(list history, Py_ssize_t index) except -1
@cython.locals(earlier=Event, its=Access)
cdef bint _is_reversible(list history, Py_ssize_t index, Event later, Access access) except -1
@cython.locals(other=Touch)
cdef bint _is_covered(Touch race, list races, list needed) except -1
@cython.locals(sequence=list, last=Event, other=Event)
cpdef list sequence_without(Event race, Event event, list events)
cdef list _joined(list clock, list other)
@cython.locals(index=Py_ssize_t, theirs=int, mine=int)
cdef object _join(list clock, list other)
