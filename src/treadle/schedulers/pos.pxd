import cython

from treadle.engine.conflicts cimport Location
from treadle.engine.task cimport Task
from treadle.schedulers.base cimport Point
from treadle.schedulers.randomised cimport Randomised

cdef class Pos(Randomised):
    cdef dict _priorities
    cdef list _enabled
    cdef dict _first

    @cython.locals(index=int, best=int, task=Task, chosen=Task, highest=double)
    cpdef int choose(self, Point point) except? -2
    @cython.locals(location=Location)
    cpdef object begun(self, Task task)
    @cython.locals(location=Location, task=Task, mask=long)
    cdef object _draw_again(self, Task chosen)
