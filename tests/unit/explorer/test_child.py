"""A forked child that does one thing: what it answers, and how it can end."""

import ctypes
import os
import signal
import time

import pytest

from treadle.engine.kernel import kernel
from treadle.explorer.child import Ended, call_in_child

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
state = []


def test_it_answers_and_leaves_nothing_behind():
    def job(_):
        state.append(os.getpid())
        return list(state)

    (number,) = call_in_child(job, 10)
    assert number != os.getpid()
    assert state == []


def test_an_answer_longer_than_a_pipe_is_wide():
    assert call_in_child(lambda _: "x" * 1_000_000, 10) == "x" * 1_000_000


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (lambda _: os._exit(3), "ended its process with exit code 3"),
        (lambda _: os.kill(os.getpid(), signal.SIGKILL), "was ended by SIGKILL"),
        (lambda _: ctypes.string_at(0), "was ended by SIGSEGV in (lambda _: ctypes.string_at(0)"),
        (lambda _: 1 / 0, "Treadle itself failed there, with ZeroDivisionError"),
        (lambda _: lambda: None, "Treadle itself failed there"),  # cannot be pickled
    ],
)
def test_how_it_ended(job, words):
    answer = call_in_child(job, 10)
    assert isinstance(answer, Ended)
    assert words in answer.sentence


def test_a_call_that_lets_no_signal_handler_run_says_where_it_is():
    answer = call_in_child(lambda _: sum(range(10**14)), 0.1)
    assert "in a call that cannot be interrupted" in answer.sentence
    assert "for 0.1 seconds (--stuck-after)" in answer.sentence
    assert answer.place[0] == __file__


def test_an_interruption_ends_it():
    kernel.is_interrupted = True
    try:
        with pytest.raises(KeyboardInterrupt):
            call_in_child(lambda _: time.sleep(600), 600)
    finally:
        kernel.is_interrupted = False
