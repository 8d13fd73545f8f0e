from treadle.engine.task cimport Task

cdef class Point:
    cdef public list enabled
    cdef public int default
    cdef public bint is_preemption
    cdef public unsigned int site_key
    cdef public int occurrence

cdef class Scheduler:
    cpdef bint begin(self) except -1
    cpdef int choose(self, Point point) except? -2
    cpdef int draw(self, int arity, int kind) except? -2
    cpdef object begun(self, Task task)
    cpdef bint is_noting(self) except -1
    cpdef object note(self, Task task, int kind, object location)
    cpdef bint sees_steps(self) except -1
    cpdef int pass_by(self, Point point) except? -2
    cpdef object joined(self, Task task, Task other)
    cpdef object woke(self, Task task)
    cpdef object time_passed(self)
    cpdef object over(self, str status)
    cpdef object end(self)
