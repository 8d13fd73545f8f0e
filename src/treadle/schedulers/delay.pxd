import cython

from treadle.engine.task cimport Task
from treadle.schedulers.base cimport Point, Scheduler

cdef class Turn:
    cdef public int skips
    cdef public int arity
    cdef public int start
    cdef public bint is_free
    cdef public int delays

cdef class DelayBounded(Scheduler):
    cdef public int bound
    cdef public bint was_cut
    cdef public int spent
    cdef public str divergence
    cdef list _stack
    cdef int _depth
    cdef int _last
    cdef bint _is_first

    @cython.locals(turn=Turn)
    cpdef bint begin(self) except -1
    @cython.locals(index=int, start=int, task=Task)
    cpdef int choose(self, Point point) except? -2
    @cython.locals(turn=Turn)
    cdef int _take(self, int arity, int start, bint is_free) except -2
