"""Examines one program: is Treadle all right with it, and is what it says true?

1. A search ends by itself, with nothing raised by Treadle.
2. The schedule of any execution, executed once more and recorded, leads to the same outcome; recorded again, to
   the same steps.
3. If the search was complete, executions with a possible switch at every single operation, depth first and at
   random, show no outcome that the search has not seen.
4. Nor does plain Python with real threads that are switched very often. Of a program that looks at the clock, the
   search in which every timeout may fire early is the one to compare with.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import subprocess
import sys
import traceback

from treadle.engine.kernel import kernel
from treadle.explorer.findings import FindingBuilder
from treadle.explorer.options import CheckOptions
from treadle.explorer.search import Search
from treadle.explorer.session import Session
from treadle.model.schedule import Timeouts
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.random_walk import RandomWalk

LIMITS = {"scheduler": "dfs", "max_executions": 1_200, "max_steps": 3_000}
REPLAYS = 3
FINE_EXECUTIONS = 250
FINE_WALKS = 150
EXIT = os._exit

STRESS = """
import json, sys, threading
sys.setswitchinterval(1e-6)
threading.excepthook = lambda details: None
import program
seen = set()
for _ in range(40):
    result = []
    thread = threading.Thread(target=lambda: result.append(program.main()), daemon=True)
    thread.start()
    thread.join(2)
    if not result:
        break
    seen.update(result)
print(json.dumps(sorted(seen)))
sys.stdout.flush()
import os
os._exit(0)
"""


class Examination:
    """The examination of one program, in a process of its own.

    Args:
        path: The program's file.
        timeouts: Which timeouts may fire while other threads can run.
    """

    def __init__(self, path, timeouts):
        self.problems = []
        self.options = CheckOptions(timeouts=timeouts, **LIMITS)
        self.session = Session(f"{path}::main", self.options)
        self._execute = self.session.execute
        self.session.execute = self._watched
        self.seen = set()
        self.is_complete = False

    def _watched(self, scheduler):
        """One execution, and a note of what came out."""
        execution = self._execute(scheduler)
        self.last = self.outcome(execution)
        self.seen.add(self.last)
        return execution

    def outcome(self, execution):
        """All there is to see of an execution from outside."""
        deaths = sorted((death.task, death.type_name, death.message) for death in execution.deaths)
        return execution.status, self.session.returned, tuple(deaths)

    def search(self):
        """The search, as a check does it."""
        result = Search(self.session, self.options, None).run()
        self.is_complete = result.is_complete
        if result.divergence is not None:
            self.problems.append(f"it does not repeat itself: {result.divergence}")
        if result.stuck is not None:
            self.problems.append(f"it is stuck: {result.stuck[0]}")

    def replay(self):
        """Executions by random walks, and each twice more, recorded."""
        for seed in range(REPLAYS):
            walk = RandomWalk(seed)
            walk.begin()
            execution = self.session.execute(walk)
            original, schedule = self.last, execution.schedule()
            traces = []
            for _ in range(2):
                _, trace, divergence = FindingBuilder.replay(self.session, schedule)
                traces.append(trace)
                if divergence is not None:
                    self.problems.append(f"a replay of seed {seed} diverges: {divergence}")
                elif self.last != original:
                    self.problems.append(f"seed {seed} gave {original}, its replay {self.last}")
            if traces[0].steps != traces[1].steps:
                self.problems.append(f"two replays of seed {seed} have other steps")

    def compare(self):
        """Executions in which a switch is possible everywhere."""
        known = set(self.seen)
        scheduler, walk = DepthFirst(), RandomWalk(99)
        for number in range(FINE_EXECUTIONS + FINE_WALKS):
            chosen = scheduler if number < FINE_EXECUTIONS else walk
            if not chosen.begin():
                continue
            self.session.execute_finely(chosen)
            if self.last not in known and not self._is_limited():
                self.problems.append(f"the search, which was complete, has not seen {self.last}")
                return

    def _is_limited(self):
        """Whether the last execution was ended or bent by a limit of ours, which a search owns up to."""
        return self.last[0] == "step-limit" or kernel.stood_aside > 0

    def run(self):
        """Everything; what is wrong, and whether the search was complete."""
        self.search()
        if not self.problems:
            self.replay()
        if not self.problems and self.is_complete:
            known = set(self.seen)
            self.seen = known
            self.compare()
            self.seen = known
        return self


def examine(path, timeouts=Timeouts.QUIESCENT):
    """Examine a program in a child process.

    Args:
        path: Its file.
        timeouts: Which timeouts may fire while other threads can run.

    Returns:
        What is wrong, as sentences; whether the search was complete; and what the program returned.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        try:
            with (
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(io.StringIO()),
            ):
                examination = Examination(path, timeouts).run()
            returned = {outcome[1] for outcome in examination.seen}
            answer = examination.problems, examination.is_complete, returned
        except BaseException:
            answer = [traceback.format_exc()], False, set()
        with os.fdopen(write_end, "wb") as pipe:
            pickle.dump(answer, pipe)
        EXIT(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    if status or not text:
        return [f"the process ended with status {status}"], False, set()
    return pickle.loads(text)


def stress(folder):
    """What a program returns under plain Python, a number of times.

    Args:
        folder: Where it lies, as ``program.py``.
    """
    done = subprocess.run(
        [sys.executable, "-c", STRESS],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(json.loads(done.stdout))
