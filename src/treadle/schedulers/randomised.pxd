cimport cython
from treadle.schedulers.base cimport Scheduler

cdef unsigned long long _ALL
cdef unsigned long long _STEP
cdef unsigned long long _FIRST
cdef unsigned long long _SECOND
cdef double _UNIT

cdef class Randomised(Scheduler):
    cdef public long seed
    cdef unsigned long long _state

    @cython.locals(bits=cython.ulonglong)
    cpdef double fraction(self) except -1.0
    cpdef int below(self, int limit) except -1
