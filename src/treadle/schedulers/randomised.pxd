from treadle.schedulers.base cimport Scheduler

cdef class Randomised(Scheduler):
    cdef public long seed
    cdef object _random
    cdef object _draw

    cpdef int below(self, int limit) except -1
