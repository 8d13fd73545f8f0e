"""All mutants that the running version of Python can have."""

import sys

from outcome_suite import lock_mutants, queue_mutants

MUTANTS = [
    mutant
    for mutant in (*lock_mutants.MUTANTS, *queue_mutants.MUTANTS)
    if sys.version_info >= mutant.since
]
