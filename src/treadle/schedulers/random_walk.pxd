from treadle.schedulers.randomised cimport Randomised

cdef class RandomWalk(Randomised):
    pass
