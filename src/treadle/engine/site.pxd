cdef class Site:
    cdef public str operation
    cdef public str name
    cdef public str module
    cdef public str filename
    cdef public str function
    cdef public int line
    cdef public int end_line
    cdef public int column
    cdef public int end_column
    cdef public unsigned int key
    cdef public bint is_point
    cdef public int count
    cdef public long segment
    cdef public dict children
    cdef public long called_c
    cdef public bint only_310
    cdef public tuple global_key
    cdef public set rivals
    cdef public bint is_update

    cpdef Site child(self, int kind)
