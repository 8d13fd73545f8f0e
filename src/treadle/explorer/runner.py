"""Running the executions of a search, and what is remembered of them beside outcomes and failures."""

from __future__ import annotations

from dataclasses import dataclass, fields

from treadle.engine.kernel import kernel
from treadle.explorer.races import RaceCollector
from treadle.explorer.session import Execution, Session
from treadle.explorer.stuck import Stuck
from treadle.model.schedule import Schedule, Timeouts
from treadle.schedulers.base import Scheduler


class SearchOverError(Exception):
    """The search ends here: the budget is used up, the person interrupted, or a task did not come back.

    Args:
        execution: The execution in which a task did not come back, when something failed in it before.
    """

    def __init__(self, execution: Execution | None = None) -> None:
        super().__init__()
        self.execution = execution


@dataclass(slots=True)
class Remarks:
    """What executions showed that says something about the search.

    Attributes:
        has_brief_waits: There are waits with a brief timeout.
        has_long_waits: There are waits with another timeout, or sleeps that long.
        has_exceeded_steps: Some execution reached the step bound.
        has_stood_aside: Some task that could have gone on had to let others run.
        has_withheld: More timeouts could have fired early.
    """

    has_brief_waits: bool = False
    has_long_waits: bool = False
    has_exceeded_steps: bool = False
    has_stood_aside: bool = False
    has_withheld: bool = False

    def note(self, execution: Execution, timeouts: Timeouts) -> None:
        """Look at an execution.

        Args:
            execution: What happened.
            timeouts: Which timeouts might fire early.
        """
        self.has_brief_waits = self.has_brief_waits or execution.brief_waits > 0
        self.has_long_waits = self.has_long_waits or execution.long_waits > 0
        self.has_exceeded_steps = self.has_exceeded_steps or execution.status == "step-limit"
        self.has_stood_aside = self.has_stood_aside or execution.stood_aside > 0
        if execution.withheld and timeouts is Timeouts.EAGER:
            self.has_withheld = True

    def add(self, other: Remarks) -> None:
        """Add what other executions showed.

        Args:
            other: That.
        """
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) or getattr(other, each.name))


class Runner:
    """Runs executions.

    Args:
        session: The loaded target.
        races: Collects the data races.

    Attributes:
        total: How many there were.
        remarks: What they showed of the search.
        is_interrupted: The person pressed Ctrl-C.
        stuck: Where a task did not come back, and the schedule that led there; None when all did.
    """

    def __init__(self, session: Session, races: RaceCollector | None = None) -> None:
        self.session = session
        self.total = 0
        self.remarks = Remarks()
        self.races = races or RaceCollector()
        self.is_interrupted = False
        self.stuck: tuple[Stuck, Schedule] | None = None

    def execute(self, scheduler: Scheduler) -> Execution:
        """Run the program once.

        Args:
            scheduler: Chooses; its ``begin`` was called.

        Returns:
            What happened.

        Raises:
            SearchOverError: The execution did not come to an end of its own.
        """
        try:
            execution = self.session.execute(scheduler)
        except KeyboardInterrupt:  # it came between two tasks
            self.is_interrupted = True
            raise SearchOverError from None
        self.total += 1
        self.remarks.note(execution, self.session.timeouts)
        if execution.status == "interrupted":
            self.is_interrupted = True
            raise SearchOverError
        if execution.status == "uncontrolled":
            stuck = kernel.status_detail
            if not isinstance(stuck, Stuck):
                stuck = Stuck(str(stuck))
            self.stuck = stuck, execution.schedule()
            # What failed before the task was lost happened under control.
            raise SearchOverError(execution if execution.deaths else None)
        self.races.collect(execution, self.total)
        return execution

    def learn(self) -> bool:
        """Make scheduling points of the conflicts of the last execution.

        Returns:
            Whether it showed something that earlier executions would have had to know.
        """
        session = self.session
        if not (kernel.learned or session.naming.wants_search or session.observer.has_grown):
            return False
        for site in kernel.learned:
            site.is_point = True
        return True
