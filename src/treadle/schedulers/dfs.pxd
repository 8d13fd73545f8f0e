from treadle.schedulers.base cimport Point, Scheduler

cdef class Node:
    cdef public int index
    cdef public int tried
    cdef public int arity
    cdef public int default
    cdef public bint is_preemption
    cdef public int preemptions
    cdef public int switches

cdef class DepthFirst(Scheduler):
    cdef public int bound
    cdef public int most_switches
    cdef public bint was_cut
    cdef public int spent
    cdef public int switches
    cdef public str divergence
    cdef list _stack
    cdef int _depth
    cdef bint _is_first

    cdef int _take(self, int arity, int default, bint is_preemption, int switches) except -2
