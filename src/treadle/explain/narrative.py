"""The story of a trace: one sentence for each step, with the numbers that every other rendering shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from treadle.explain.folding import Folded, Folding
from treadle.explain.labels import Labels, place_text
from treadle.explain.layout import cells, pad, wrap
from treadle.explain.phrases import Phrases
from treadle.explain.stale import stale_reads
from treadle.explain.triples import (
    CHECK_THEN_ACT,
    DIRTY_READ,
    LOST_UPDATE,
    OVERWRITTEN,
    UNREPEATABLE_READ,
    triple_at,
)
from treadle.explain.waiting import waits_of
from treadle.explain.words import shorten
from treadle.model.trace import Action, Step, Trace


class Narrator:
    """Tells the steps of one trace.

    A task is introduced with its name in the first of the told steps that mentions it: "T1 (deposit)
    starts"; from then on it is "T1".

    Args:
        trace: The trace.
        deciding: Numbers of the steps that made the difference; what is special about them is said.
        told: The steps that will be told, in order; all of them unless given.
        introduce: Whether to introduce tasks at all, as against a table whose head names them.
    """

    def __init__(
        self,
        trace: Trace,
        deciding: Sequence[int] = (),
        told: Iterable[Step] | None = None,
        *,
        introduce: bool = True,
    ) -> None:
        self.trace = trace
        self.labels = Labels(trace)
        self._phrases = Phrases(self.labels, waits_of(trace), self._name)
        self._first = _first_mentions(trace.steps if told is None else told) if introduce else {}
        self._stale = stale_reads(trace)
        self._notes = self._notes_on(deciding)

    def sentence(self, step: Step) -> str:
        """The sentence for a step, such as "T1 reads bal as 0".

        Args:
            step: A step of the trace.

        Returns:
            One sentence, two where a task goes on with a stale value.
        """
        note = self.note(step)
        told = f"{self.who(step)} {self.phrase(step)}{f': {note}' if note else ''}."
        remark = self.remark(step)
        return f"{told} It {remark}." if remark else told

    def who(self, step: Step) -> str:
        """The task of a step, with its name when it is first mentioned.

        Args:
            step: A step of the trace.

        Returns:
            "T1 (deposit)" or "T1".
        """
        return self._name(step, step.task)

    def phrase(self, step: Step) -> str:
        """What the step did, as words after the task's name.

        Args:
            step: A step of the trace.

        Returns:
            "reads bal as 0".
        """
        return self._phrases.phrase(step)

    def note(self, step: Step) -> str:
        """What is special about a deciding step.

        Args:
            step: A step of the trace.

        Returns:
            A clause to put after the phrase: "overwrites step 6, using the 0 read at step 2"; or "".
        """
        return self._notes.get(step.number, "")

    def remark(self, step: Step) -> str:
        """What a task that goes on does not know.

        Args:
            step: A step of the trace.

        Returns:
            "still holds bal = 0 from step 2"; empty where the task knows all.
        """
        read = self._stale.get(step.number)
        if read is None:
            return ""
        label = self.labels.short(read.resource)
        return f"still holds {label} = {shorten(read.value or '')} from step {read.number}"

    def _name(self, step: Step, task: int) -> str:
        """The label of a task, with its name in the step that introduces it."""
        if self._first.get(task) == step.number:
            return self.labels.introduced(task)
        return self.labels.task(task)

    def _notes_on(self, deciding: Sequence[int]) -> dict[int, str]:
        """The notes for deciding steps, by step number."""
        triple = triple_at(self.trace, deciding)
        if triple is None:
            return {}
        first, other, last = triple.first, triple.other, triple.last
        mine = shorten(first.value or "")
        task = self.labels.task(first.task)
        name, before, between = triple.name, f"step {first.number}", f"step {other.number}"
        if name == LOST_UPDATE:
            using = f", using the {mine} read at {before}" if mine else ""
            return {last.number: f"overwrites {between}{using}"}
        if name == UNREPEATABLE_READ and mine:
            return {last.number: f"it was {mine} at {before}"}
        if name == DIRTY_READ:
            return {
                other.number: f"{task} is not done with it, it changes it at step {last.number}"
            }
        if name == OVERWRITTEN:
            return {last.number: f"what it wrote at {before} is gone"}
        if name == CHECK_THEN_ACT:
            return {last.number: f"relies on {before}, outdated by {between}"}
        return {}


def sentence(trace: Trace, step: Step, deciding: Sequence[int] = ()) -> str:
    """The sentence for one step. To tell many steps, keep a :class:`Narrator`.

    Args:
        trace: The trace.
        step: One of its steps.
        deciding: Numbers of the steps that made the difference.

    Returns:
        One sentence, two where a task goes on with a stale value.
    """
    return Narrator(trace, deciding).sentence(step)


def story(
    trace: Trace,
    deciding: Sequence[int] = (),
    *,
    resource: str = "",
    width: int = 80,
    limit: int | None = None,
) -> list[str]:
    """The whole trace in numbered sentences, with the line of the program at the right.

    Args:
        trace: The trace.
        deciding: Numbers of the steps that made the difference.
        resource: Label of what the story is about, for choosing what to leave out.
        width: The most columns a line may have.
        limit: The most sentences to tell; None for all.

    Returns:
        Lines of text. Sentences are wrapped, never cut.
    """
    told: list[Step | Folded] = list(trace.steps)
    if limit is not None:
        told = Folding(trace, deciding, resource).items(limit)
    narrator = Narrator(trace, deciding, (item for item in told if isinstance(item, Step)))
    digits = max(3, len(str(len(trace.steps))))
    asides = _asides(trace, width // 3)
    shown = (item.number for item in told if isinstance(item, Step))
    margin = max((cells(asides[number]) for number in shown), default=0)
    room = width - digits - 2 - (margin + 2 if margin else 0)
    is_narrow = room < MIN_SENTENCE
    if is_narrow:
        room = width - digits - 2
    lines: list[str] = []
    for item in told:
        if isinstance(item, Folded):
            lines.append(f"{'':{digits}}  {item.text(narrator.labels)}")
            continue
        text, right = narrator.sentence(item), asides[item.number]
        if is_narrow and right:
            text, right = f"{text} ({right})", ""
        first, *rest = wrap(text, room)
        lines.append(f"{item.number:{digits}}  {pad(first, room)}  {right}".rstrip())
        lines.extend(f"{'':{digits}}  {line}" for line in rest)
    return lines


MIN_SENTENCE = 32
"""Where there is less room for a sentence, its place follows it in brackets."""


def _asides(trace: Trace, limit: int) -> dict[int, str]:
    """What stands right of each sentence: the line of the program, or which preemption it is."""
    texts: dict[int, str] = {}
    preemptions = 0
    for step in trace.steps:
        text = place_text(step.place, limit)
        if step.action is Action.SUSPEND:
            preemptions += 1
            text = f"preemption {preemptions} of {max(trace.preemptions, preemptions)}"
        elif step.action in {Action.BEGIN, Action.RESUME, Action.WAKE, Action.TERMINATE}:
            text = ""
        texts[step.number] = text
    return texts


def _first_mentions(steps: Iterable[Step]) -> dict[int, int]:
    """The step in which each task is mentioned first."""
    first: dict[int, int] = {}
    for step in steps:
        mentioned = (step.task, step.other, *step.holders, *step.woken)
        for task in mentioned:
            if task is not None:
                first.setdefault(task, step.number)
    return first
