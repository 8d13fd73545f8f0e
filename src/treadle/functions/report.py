"""What a check of a function has found."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from treadle.errors import FindingError
from treadle.model.finding import Finding
from treadle.model.result import CheckResult, OutcomeCount, Verdict
from treadle.model.trace import Trace
from treadle.report.terminal import render_check


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of a function has found.

    As a string it is the report that the command line prints; in a notebook it shows itself.

    Args:
        result: Everything that is known.
        error: The exception that the program raised under the simplest failing schedule, with its
            traceback; None where nothing failed, or not by an exception.

    Examples:
        >>> import threading, treadle
        >>> def lose_an_update():
        ...     count = [0]
        ...     def increment():
        ...         count[0] += 1
        ...     threads = [threading.Thread(target=increment) for _ in range(2)]
        ...     for thread in threads: thread.start()
        ...     for thread in threads: thread.join()
        ...     assert count == [2]
        >>> report = treadle.check(lose_an_update)
        >>> report
        <Report fail, 'AssertionError in main', 10 executions, complete>
        >>> [(outcome.serial, outcome.executions) for outcome in report.outcomes]
        [(True, 4), (False, 6)]
        >>> print(report.findings[0].why.rpartition(": ")[2])
        T2's update is lost.
        >>> [step.value for step in report.traces[0].steps if step.action.value == "write"]
        ['1', '1']
        >>> report.raise_if_failed()
        Traceback (most recent call last):
            ...
        AssertionError
    """

    result: CheckResult
    error: BaseException | None = field(default=None, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Whether something failed; whether everything was tried."""
        return self.result.verdict

    @property
    def failed(self) -> bool:
        """Whether some schedule fails."""
        return self.result.verdict is Verdict.FAIL

    @property
    def complete(self) -> bool:
        """Whether every schedule that can matter was tried."""
        return self.result.complete

    @property
    def executions(self) -> int:
        """How many different schedules were tried."""
        return self.result.executions

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, the most important first, each with the simplest schedule that shows it."""
        return self.result.findings

    @property
    def outcomes(self) -> tuple[OutcomeCount, ...]:
        """The different ways in which executions ended, and how many schedules led to each."""
        return self.result.outcomes

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is worth knowing and no failure: data races, unless ``fail_on`` names them."""
        return self.result.notes

    @property
    def traces(self) -> tuple[Trace, ...]:
        """What happened, step by step, for each finding."""
        return tuple(finding.trace for finding in self.result.findings)

    def text(self, *, width: int = 80, color: bool = False, verbose: int = 0) -> str:
        """The report for people.

        Args:
            width: Columns there are; between 40 and 120 are used.
            color: Whether to use colour.
            verbose: 1 for every step, -1 for the result alone.

        Returns:
            The text, ending in a line break.
        """
        return render_check(self.result, width, color, verbose)

    def raise_if_failed(self) -> None:
        """Raise what fails.

        Raises:
            BaseException: The program's own exception, with this report as a note.
            FindingError: A failure that is no exception of the program, with this report as its text.
        """
        if not self.failed:
            return
        if self.error is None:
            raise FindingError(f"{self.findings[0].summary}\n{self}")
        if str(self) not in getattr(self.error, "__notes__", ()):
            self.error.add_note(str(self))
        raise self.error

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        found = f", {self.findings[0].summary!r}" if self.findings else ""
        complete = ", complete" if self.complete else ""
        return f"<Report {self.verdict.value}{found}, {self.executions} executions{complete}>"

    def _repr_html_(self) -> str:
        """The report in a notebook: the page to step through, in a frame of its own."""
        from treadle.report.html import render  # only notebooks want it

        page = html.escape(render(self.result), quote=True)
        return (
            f'<iframe title="Treadle: {html.escape(self.result.verdict.value)}" srcdoc="{page}" '
            'style="width: 100%; height: 720px; border: 1px solid #8888"></iframe>'
        )
