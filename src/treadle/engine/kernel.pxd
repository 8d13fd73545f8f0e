import cython
from cpython.pythread cimport PyThread_get_thread_ident

from treadle.engine.conflicts cimport Location
from treadle.engine.resource cimport Resource
from treadle.engine.site cimport Site
from treadle.engine.task cimport Task
from treadle.schedulers.base cimport Point, Scheduler

cdef extern from *:
    """
    /* Without a GIL, C code locks the objects that it works on. Where it runs Python code meanwhile, a
       comparison say, a task can be left there; as an interpreter thread that waits, it must then give up
       the locks, and the next task must not take them for its own. */
    #ifdef Py_GIL_DISABLED
    PyAPI_FUNC(void) _PyCriticalSection_SuspendAll(PyThreadState *);
    PyAPI_FUNC(void) _PyCriticalSection_Resume(PyThreadState *);

    static uintptr_t leave_locked_objects(void)
    {
        PyThreadState *thread = PyThreadState_Get();
        uintptr_t left = thread->critical_section;
        if (left) {
            _PyCriticalSection_SuspendAll(thread);
            left = thread->critical_section;
            thread->critical_section = 0;
        }
        return left;
    }

    static void return_to_locked_objects(uintptr_t left)
    {
        PyThreadState *thread = PyThreadState_Get();
        thread->critical_section = left;
        if (left) {
            _PyCriticalSection_Resume(thread);
        }
    }
    #else
    #define leave_locked_objects() 0
    #define return_to_locked_objects(left) ((void)(left))
    #endif
    """
    size_t leave_locked_objects()
    void return_to_locked_objects(size_t left)

cdef unsigned long long _LOOKS
cdef unsigned long long _MAY_WAIT
cdef int _EAGER
cdef int _MOST_LOOKS
cdef int _STINT

cdef class Worker:
    cdef public object carrier
    cdef public object switch
    cdef public Task task

cdef class Kernel:
    cdef public bint is_active
    cdef readonly bint is_tracking
    cdef readonly object tracking
    cdef readonly object attentive
    cdef bint _is_meeting
    cdef public bint is_tearing_down
    cdef public bint is_interrupted
    cdef public bint all_points
    cdef public int timeouts
    cdef public bint is_gil
    cdef public bint is_310
    cdef public int early
    cdef public bint withheld
    cdef long _serial
    cdef public int brief_waits
    cdef public int long_waits
    cdef long _clock_read_at
    cdef public int stood_aside
    cdef public object recorder
    cdef public Scheduler scheduler
    cdef public Task current
    cdef public list tasks
    cdef public double now
    cdef public long epoch
    cdef public long operations
    cdef public long max_operations
    cdef public long progress
    cdef public list choices
    cdef public list learned
    cdef public list failures
    cdef public dict objects
    cdef public dict names
    cdef public dict classes
    cdef public list shared
    cdef public list keep_alive
    cdef public str status
    cdef public object status_detail
    cdef public int preemptions
    cdef public object on_stop
    cdef public object on_first_spawn
    cdef public object on_stint
    cdef public object real_threads
    cdef list _adopted
    cdef list _graveyard
    cdef list _workers
    cdef object _hub
    cdef object _hub_switch
    cdef object _beginning
    cdef unsigned long _os_thread
    cdef Point _point
    cdef long _segment
    cdef bint _is_noting
    cdef bint _is_stepping
    cdef int _unfinished
    cdef int _yielding
    cdef int _forced
    cdef int _idle_rounds
    cdef int _clock_reads
    cdef long _changes
    cdef long _next_check

    cpdef str run(self, object function, Scheduler scheduler)
    cpdef object track(self, bint matters)
    cpdef object meet(self, bint may_be_new)
    cpdef Task spawn(self, object function, str name, bint is_daemon)
    cpdef object operation(self, int kind, Resource resource)
    cpdef object note_operation(self, int kind, Resource resource, int announced=*)
    cpdef object note_step(self, int kind, Resource resource)
    cpdef object access(self, Location location, int kind, Site site)
    cpdef object note_access(self, Location location, int kind, Site site)
    cpdef object check(self, Site site)
    cpdef object check_around(self, Site site)
    cdef object _pass(self, Task task, int kind, object location)
    @cython.locals(may_wait=bint)
    cdef object _reach(self, Task task, int kind, object location, Site site)
    cpdef bint block(self, object resource, str verb, double deadline=*) except -1
    cpdef object await_as(self, Task task, int kind, Resource resource)
    cpdef object woke(self, Task task)
    cpdef object enable(self, Task task)
    cpdef object disable(self, Task task)
    cpdef object publish(self, Resource resource)
    cpdef object observe(self, Resource resource)
    cpdef object finish_join(self, Task other)
    cpdef object made_progress(self)
    cpdef object stand_aside(self)
    cpdef object pause(self)
    cpdef double read_clock(self) except? -1
    cpdef int draw(self, int arity, int kind) except -1
    cpdef object adopt(self, Resource resource)
    cpdef object check_killed(self)
    cpdef long next_serial(self)
    cdef object _check_length(self, Task task)
    cdef object _look(self, Task task, Location location, Site site)
    cdef bint _let_run(self, Task task, Task last) except -1
    cdef Task _choose(self, bint can_go_on, Site site, Task last=*)
    cdef object _check_index(self, int index, int arity)
    cdef bint _let_time_pass(self) except -1
    cdef bint _reach_deadline(self) except -1
    cdef object _expire(self, double moment)
    cdef object _offer_early(self, list enabled)
    cdef object _fire_early(self, Task task)
    cpdef object take_control(self)
    cdef object _begin_stint(self, Task task)
    @cython.locals(left=size_t)
    cdef object _hand_over(self, object switch)
    cdef object _switch_to(self, Task task)
    cdef Worker _new_worker(self, Task task)
    cdef object _stop(self, str status, object detail)
    @cython.locals(left=size_t)
    cdef object _tear_down(self)
    cdef object _execute(self, Task task)

