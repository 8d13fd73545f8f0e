import cython

from treadle.engine.task cimport Task
from treadle.schedulers.base cimport Point
from treadle.schedulers.randomised cimport Randomised

cdef class Pct(Randomised):
    cdef public int depth
    cdef public int steps
    cdef int _step
    cdef list _ranking
    cdef dict _rounds
    cdef set _changes

    @cython.locals(index=int, task=Task)
    cpdef int choose(self, Point point) except? -2
    @cython.locals(index=int, task=Task)
    cdef int _highest(self, list enabled) except -1
    cdef object _lower(self, int number)
