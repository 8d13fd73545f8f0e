from treadle.engine.conflicts cimport Location

cdef class Resource:
    cdef public long epoch
    cdef public long born
    cdef public list clock
    cdef public Location location
    cdef public object created_at
    cdef public str given_name
