"""``datetime`` tells virtual time inside executions, and stays the class that everybody knows."""

import copy
import datetime
import pickle
import time
import warnings

import pytest
from running import run, run_everywhere

from treadle.interpose.patch import install, uninstall

pytestmark = pytest.mark.usefixtures("installed")
UTC = datetime.timezone.utc  # noqa: UP017 - the name that programs use


class Moment(datetime.datetime):
    pass


def test_the_present_moment_is_virtual():
    def program():
        begun = datetime.datetime.now(UTC)
        time.sleep(3600)
        return begun.year, round((datetime.datetime.now(UTC) - begun).total_seconds())

    assert run_everywhere(program) == (2023, 3600)


def test_all_ways_to_ask_agree():
    def program():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            utc = datetime.datetime.utcnow()
        return (
            str(datetime.datetime.now(UTC))[:16],
            str(utc)[:16],
            str(datetime.datetime.now(tz=UTC).date()),
            datetime.date.today().year,
            datetime.datetime.today().year,
            datetime.datetime.now().year,
        )

    expected = ("2023-11-14 22:13", "2023-11-14 22:13", "2023-11-14", 2023, 2023, 2023)
    assert run(program).returned == expected


def test_subclasses_get_their_own():
    assert run(lambda: type(Moment.now())).returned is Moment
    assert type(Moment.now()) is Moment


def test_values_are_those_of_the_real_class():
    moment = run(datetime.datetime.now).returned
    assert type(moment) is datetime.datetime
    assert pickle.loads(pickle.dumps(moment)) == copy.copy(moment) == moment


def test_outside_of_executions_it_is_real():
    run(datetime.datetime.now)
    assert abs(datetime.datetime.now().timestamp() - time.time()) < 60
    assert datetime.datetime.now().year >= 2024


def test_mistakes():
    def program():
        with pytest.raises(TypeError):
            datetime.datetime.now("UTC")

    assert run(program).failures == []


def test_the_methods_are_put_back():
    assert type(datetime.datetime.__dict__["now"]) is classmethod
    uninstall()
    try:
        assert type(datetime.datetime.__dict__["now"]).__name__ == "classmethod_descriptor"
        assert datetime.datetime.now().year >= 2024
    finally:
        install()
