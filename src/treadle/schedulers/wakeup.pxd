import cython

from treadle.schedulers.events cimport Event, are_dependent, happens_before, portable, settled

cdef class Node:
    cdef public int task
    cdef public list accesses
    cdef public list children

    cpdef Node portable(self)

@cython.locals(event=Event, earlier=Event, index=Py_ssize_t, number=Py_ssize_t)
cpdef bint is_weak_initial(int task, list accesses, list sequence, int known) except -1
cpdef bint is_covered(list children, list sequence, int known) except -1
@cython.locals(node=Node)
cdef tuple _branching(list children, list sequence, int known)
@cython.locals(node=Node, event=Event)
cpdef bint insert(list children, list sequence, int known) except -1
@cython.locals(event=Event, index=Py_ssize_t)
cdef list _without_first(int task, list sequence)
