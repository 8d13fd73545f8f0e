"""Survey: what runs in several tasks without being instrumented."""

import cProfile
import sys
import types

from treadle.engine.kernel import kernel
from treadle.explorer.survey import Survey
from treadle.schedulers.base import Scheduler


def function_of(module):
    """A function that lives in a module of that name."""
    namespace = {"__name__": module}
    exec("def function(): pass", namespace)
    return namespace["function"]


def surveyed(*bodies, is_instrumented=lambda code: False):
    survey = Survey(is_instrumented)

    def main():
        for number, body in enumerate(bodies):
            kernel.spawn(body, f"T{number}", False)

    with survey.watching():
        kernel.run(main, Scheduler())
    return survey.shared_modules()


def test_a_module_that_runs_in_two_tasks_is_named():
    function = function_of("library")
    assert "library" in surveyed(lambda: function(), lambda: function())


def test_a_module_that_runs_in_one_task_is_not():
    function = function_of("library")
    assert "library" not in surveyed(lambda: function(), lambda: None)


def test_instrumented_code_is_not():
    function = function_of("library")
    assert "library" not in surveyed(
        lambda: function(),
        lambda: function(),
        is_instrumented=lambda code: code is function.__code__,
    )


def test_modules_that_share_nothing_are_not():
    for name in ("treadle.engine", "threading", "collections.abc"):
        function = function_of(name)
        assert name not in surveyed(lambda f=function: f(), lambda f=function: f())


def test_code_without_a_module_is_not():
    namespace = {"__name__": None}
    exec("def function(): pass", namespace)
    surveyed(lambda: namespace["function"](), lambda: namespace["function"]())


def test_names_are_sorted():
    functions = [function_of(name) for name in ("zoo", "ark")]

    def body():
        for function in functions:
            function()

    named = surveyed(body, body)
    assert list(named) == sorted(named)
    assert {"ark", "zoo"} <= set(named)


def test_the_profile_function_of_before_is_put_back():
    def profile(*_):
        pass

    sys.setprofile(profile)
    try:
        with Survey(lambda code: False).watching():
            assert sys.getprofile() is not profile
        assert sys.getprofile() is profile
    finally:
        sys.setprofile(None)
    assert isinstance(sys.getprofile(), types.NoneType)


def test_a_profiler_written_in_c_goes_on_afterwards():
    profiler = cProfile.Profile()
    profiler.enable()
    try:
        before = sys.getprofile()
        surveyed(lambda: None)
        assert sys.getprofile() is before
    finally:
        profiler.disable()
