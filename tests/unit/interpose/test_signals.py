"""Signals that a program sends to itself go to its own handlers, never to Treadle's or Python's."""

import _thread
import os
import signal
import threading

import pytest
from running import run_everywhere

pytestmark = pytest.mark.usefixtures("installed")

SENDERS = {
    "interrupt_main": lambda number: _thread.interrupt_main(number),
    "raise_signal": lambda number: signal.raise_signal(number),
    "kill": lambda number: os.kill(os.getpid(), number),
}


@pytest.mark.parametrize("send", SENDERS.values(), ids=SENDERS)
def test_the_handler_of_the_program_is_called(send):
    def program():
        got = []
        before = signal.signal(signal.SIGINT, lambda number, frame: got.append(number))
        send(signal.SIGINT)
        return got, before is signal.default_int_handler

    assert run_everywhere(program) == ([signal.SIGINT], True)


@pytest.mark.parametrize("send", SENDERS.values(), ids=SENDERS)
def test_the_main_thread_interrupts_itself(send):
    def program():
        with pytest.raises(KeyboardInterrupt):
            send(signal.SIGINT)
        return "interrupted"

    assert run_everywhere(program) == "interrupted"


@pytest.mark.parametrize("send", SENDERS.values(), ids=SENDERS)
def test_another_thread_calls_no_handler(send):
    def program():
        got = []
        signal.signal(signal.SIGINT, lambda number, frame: got.append(number))
        thread = threading.Thread(target=send, args=(signal.SIGINT,))
        thread.start()
        thread.join()
        return got

    assert run_everywhere(program) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGALRM, signal.SIGTERM])
@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN])
def test_interrupt_main_does_nothing_without_a_handler_in_python(number, handler):
    def program():
        signal.signal(number, handler)
        _thread.interrupt_main(number)
        return signal.getsignal(number)

    before = signal.getsignal(number)
    assert run_everywhere(program) is handler
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_there_is_no_such_signal(number):
    def program():
        with pytest.raises(ValueError, match="signal number out of range"):
            _thread.interrupt_main(number)

    run_everywhere(program)
