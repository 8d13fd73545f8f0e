import cython

cdef class Access:
    cdef public int place
    cdef public object token
    cdef public int kind
    cdef public bint is_open
    cdef public object site

    cpdef Access portable(self)

cdef class Event:
    cdef public int task
    cdef public int position
    cdef public bint is_wake
    cdef public bint is_after_time
    cdef public bint is_timed_out
    cdef public list accesses
    cdef public list clock
    cdef public list before
    cdef public list own
    cdef public list spawned
    cdef public list joined
    cdef public list woke
    cdef public object frame

    cpdef Event portable(self)

@cython.locals(access=Access, place=int)
cpdef list settled(list accesses, int known)
cpdef list portable(list accesses)
@cython.locals(clock=list, now=int)
cpdef bint happens_before(Event earlier, Event later) except -1
@cython.locals(one=Access, other=Access, mask=cython.ulonglong)
cpdef bint are_dependent(list some, list others, int known) except -1
@cython.locals(place=int, others=int)
cpdef bint may_be_same(Access one, Access other, int known) except -1
