from treadle.engine.site cimport Site

cdef class Access:
    cdef public int task
    cdef public int kind
    cdef public int stamp
    cdef public Site site
    cdef public Site point

cdef class Location:
    cdef public object owner
    cdef public object key
    cdef public str form
    cdef public bint is_shared
    cdef public bint is_racy
    cdef public int place
    cdef tuple _token
    cdef public list accesses

    cpdef tuple token(self)
    cpdef object meet(self, Access access, int kind, Site site)
    cpdef int touch(self, int task, int kind, list clock, Site site, list learned, Site point=*) except -1


cpdef list joined(list one, list other)
cpdef object join_into(list clock, list other)

cdef list masks
cdef list race_masks
