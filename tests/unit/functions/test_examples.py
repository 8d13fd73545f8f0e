"""The examples in the docstrings of the public API say what really happens."""

import doctest
import importlib
import inspect

import pytest

import treadle

SHOWN = [
    name
    for name in treadle.__all__
    if inspect.isfunction(getattr(treadle, name)) or name in {"Report", "Options"}
]


def examples(name):
    """The docstrings of a public name, and of its members, that have examples."""
    thing = getattr(treadle, name)
    module = importlib.import_module(thing.__module__)
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = finder.find(thing, name, module=module, globs={"__name__": "__main__"})
    return [each for each in found if each.examples]


@pytest.mark.parametrize("name", SHOWN)
def test_it_has_examples_and_they_are_true(name):
    found = examples(name)
    assert found
    told = []
    for each in found:
        runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
        runner.run(each, out=told.append)
    assert "".join(told) == ""


@pytest.mark.parametrize("name", sorted(set(treadle.__all__) - set(SHOWN)))
def test_no_example_is_left_out(name):
    assert inspect.isclass(getattr(treadle, name)) or name == "__version__"
    if name != "__version__":
        assert examples(name) == []


def test_an_example_that_is_not_true_is_noticed():
    told = []
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    doctest.DocTestRunner().run(wrong, out=told.append)
    assert told
