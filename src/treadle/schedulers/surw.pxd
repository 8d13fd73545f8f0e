import cython

from treadle.engine.conflicts cimport Location
from treadle.engine.task cimport Task
from treadle.schedulers.base cimport Point
from treadle.schedulers.randomised cimport Randomised

cdef unsigned long long _DULL

cdef class Surw(Randomised):
    cdef public tuple interesting
    cdef dict _counts
    cdef dict _choosable
    cdef dict _first
    cdef dict _names
    cdef dict _done
    cdef dict _left
    cdef dict _numbers
    cdef set _held
    cdef int _next

    cdef object _forget(self)
    @cython.locals(task=Task, index=int, is_next_here=bint, free=list)
    cpdef int choose(self, Point point) except? -2
    @cython.locals(done=dict, name=tuple)
    cpdef object note(self, Task task, int kind, object location)
    @cython.locals(name=tuple)
    cdef tuple _name(self, Location location)
    cdef bint _is_interesting(self, Task task) except -1
    @cython.locals(path=tuple, depth=int, left=int, before=int)
    cdef object _meet(self, Task task)
    @cython.locals(task=Task, total=int, number=int)
    cdef object _draw_next(self, list enabled)
