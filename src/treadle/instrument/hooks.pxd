from treadle.engine.conflicts cimport Location
from treadle.engine.kernel cimport Kernel
from treadle.engine.site cimport Site
from treadle.engine.task cimport Task

cdef class ObjectEntry:
    cdef public object ref
    cdef public bint is_weak
    cdef public long identity
    cdef public dict attributes
    cdef public dict items
    cdef public Location container

    cpdef Location attribute(self, object name)
    cpdef Location item(self, object key)

cdef Kernel kernel
cdef dict attribute_classes
cdef dict container_classes
cdef dict iterator_classes
cdef dict foreign_classes
cdef set known
cdef object ensure_instrumented

cdef Task _tracked()
cdef ObjectEntry _entry(object obj)
cdef int _container_kind(object tp)
cdef dict _classify(object tp)
cdef bint _is_lasting(object tp) except -1
cdef Location _global(tuple key)
cdef object _data(object action, Location location, object value, object previous, str detail)
cdef object _touch_item(ObjectEntry entry, object container, object key, int kind, int whole, Site site)
cdef object _whole(object container, int kind, Site site, object action, str detail)
cdef object _advance(object iterator, Py_ssize_t references, Site site)
cdef object _change(object iterator, Site site, str detail)
cdef bint _keeps_position(object tp) except -1
cdef Py_ssize_t _references(object obj) except -1
cdef bint _read_all(object obj, Site site, str detail) except -1
cdef object _meet(object function)
cdef object _meet_class(object cls)
cdef object _meet_class_once(object cls)
cdef object _rewritten_modules
cdef object _call(object function, int count, object a, object b, Site site)
cdef object _builtin(object function, int count, object a, object b, Site site)
cdef object _method(object container, int family, str name, int count, object a, object b, Site site)
cdef object _get_attribute(object obj, str name, Site site)
cdef object _set_attribute(object obj, str name, object value, Site site, bint is_deletion)
cdef object _foreign(object obj, int operation, Site site)
cdef object _simple(object key)
