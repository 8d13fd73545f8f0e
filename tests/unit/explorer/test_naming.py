"""Names of objects: how the program's variables lead to them."""

import sys

import pytest

from treadle.explorer.naming import Naming


class Thing:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Slotted:
    __slots__ = ("part",)


def named(variables, is_program_frame=lambda frame: False):
    naming = Naming(lambda: variables, is_program_frame)
    naming.finish()
    return naming


def test_objects_are_named_after_the_variables_that_lead_to_them():
    lock, inner, item, value = Thing(), Thing(), Thing(), Thing()
    slotted = Slotted()
    slotted.part = Thing()
    variables = {
        "account": Thing(lock=lock, inner=inner),
        "items": [0, item],
        "cache": {"key": value, 3: Thing()},
        "slotted": slotted,
    }
    naming = named(variables)
    labels = {
        "account": variables["account"],
        "account.lock": lock,
        "items": variables["items"],
        "items[1]": item,
        "cache['key']": value,
        "cache[3]": variables["cache"][3],
        "slotted.part": slotted.part,
    }
    for label, obj in labels.items():
        assert naming.label(obj) == label


def test_the_shortest_name_is_taken():
    thing = Thing()
    naming = named({"a": Thing(b=Thing(c=thing)), "z": thing})
    assert naming.label(thing) == "z"


def test_of_two_names_the_first_variable_gives_it():
    thing = Thing()
    assert named({"first": thing, "second": thing}).label(thing) == "first"


def test_special_variables_give_no_names():
    thing = Thing()
    naming = named({"__cached__": thing})
    assert naming.label(thing) is None


def test_an_object_that_no_variable_leads_to_has_no_name():
    naming = named({"a": Thing()})
    assert naming.label(Thing()) is None


def test_a_class_is_called_by_its_name():
    assert named({}).label(Thing) == "Thing"


def test_the_object_of_a_bound_method_can_be_reached():
    thing = Thing(x=Thing())
    Thing.method = lambda self: None
    try:
        naming = named({"callback": thing.method})
        assert naming.label(thing) == "callback.__self__"
    finally:
        del Thing.method


def test_properties_are_not_run():
    class Odd:
        @property
        def part(self):
            raise AssertionError("the program's code was run")

        def __getattr__(self, name):
            raise AssertionError("the program's code was run")

    odd = Odd()
    assert named({"odd": odd}).label(odd) == "odd"


def test_cycles_end():
    thing = Thing()
    thing.itself = thing
    items = [thing]
    items.append(items)
    naming = named({"items": items})
    assert naming.label(thing) == "items[0]"


def test_names_are_found_again_in_the_next_execution():
    variables = {}
    naming = Naming(lambda: variables, lambda frame: False)
    naming.search_now()
    for _ in range(3):
        naming.begin()
        thing = Thing()
        variables["account"] = Thing(lock=thing)
        naming.finish()
        assert naming.label(thing) == "account.lock"
        assert naming.find("account.lock") is thing
        naming.forget()


def test_a_new_kind_of_object_makes_the_next_execution_search():
    variables = {"a": Thing()}
    naming = Naming(lambda: variables, lambda frame: False)
    naming.begin()
    naming.finish()
    assert naming.label(variables["a"]) is None  # it was told to search only now
    assert naming.wants_search
    naming.begin()
    assert not naming.wants_search
    naming.finish()
    assert naming.label(variables["a"]) == "a"


def test_what_was_searched_for_in_vain_is_not_searched_for_again():
    variables = {"a": 1}
    naming = Naming(lambda: variables, lambda frame: False)
    naming.finish()
    assert naming.label(Thing()) is None
    naming.begin()
    naming.finish()
    assert naming.label(Thing()) is None
    assert not naming.wants_search
    naming.search_now()
    assert naming.wants_search


@pytest.mark.parametrize("label", ["unknown", "account.gone"])
def test_a_name_that_leads_nowhere(label):
    assert named({"account": Thing()}).find(label) is None


def test_local_variables_of_the_function_that_starts_threads_give_names():
    naming = Naming(dict, lambda frame: frame.f_code.co_name == "program")

    def program():
        account = Thing(lock=Thing())
        start()
        naming.main_returned()
        return account

    def start():
        naming.first_spawn()

    account = program()
    assert naming.label(account) == "account"
    assert naming.label(account.lock) == "account.lock"
    naming.begin()
    again = program()
    assert naming.label(again) == "account"


def test_module_level_code_has_no_local_variables():
    naming = Naming(dict, lambda frame: frame.f_code.co_name == "<module>")
    exec("naming.first_spawn()", {"naming": naming})
    naming.main_returned()
    assert naming.label(Thing()) is None


def test_a_program_without_frames_of_its_own():
    naming = Naming(dict, lambda frame: False)
    naming.first_spawn()
    naming.main_returned()
    assert sys._getframe() is not None
