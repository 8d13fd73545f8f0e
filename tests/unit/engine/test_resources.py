"""Primitives between executions: adopted when first touched, restored at the end."""

import pytest

from treadle.engine.kernel import kernel
from treadle.engine.resource import Resource
from treadle.model.operation import Kind


class Noting(Resource):
    """Notes when it is adopted and restored."""

    def __init__(self, born=0):
        self.born = born
        self.log = []

    def adopt(self):
        self.log.append("adopt")

    def restore(self):
        self.log.append("restore")


def touch(resource):
    kernel.operation(Kind.ACQUIRE, resource)


def test_a_new_resource_belongs_to_no_execution():
    resource = Resource()
    assert (resource.epoch, resource.born, resource.clock, resource.location) == (0, 0, None, None)
    assert resource.owners() == []
    assert resource.adopt() is None
    assert resource.restore() is None


def test_a_resource_made_outside_is_adopted_and_restored_by_each_execution(world):
    resource = Noting()
    world.run(lambda: (touch(resource), touch(resource)))
    assert resource.log == ["adopt", "restore"]
    world.run(lambda: touch(resource))
    assert resource.log == ["adopt", "restore"] * 2


def test_an_execution_that_does_not_touch_it_leaves_it_alone(world):
    resource = Noting()
    world.run(lambda: None)
    assert resource.log == []


def test_a_resource_made_inside_needs_neither(world):
    made = []

    def main():
        made.append(Noting(kernel.epoch))
        touch(made[0])

    world.run(main)
    assert made[0].log == []


def test_a_resource_that_escaped_from_its_execution_is_adopted_by_the_next(world):
    made = []

    def main():
        if not made:
            made.append(Noting(kernel.epoch))
        touch(made[0])

    for _ in range(3):
        world.run(main)
    assert made[0].log == ["adopt", "adopt"]


def test_it_is_restored_after_the_tasks_are_unwound(world):
    resource = Noting()

    def main():
        touch(resource)
        try:
            world.Gate().wait()
        finally:
            resource.log.append("finally")

    world.run(main)
    assert resource.log == ["adopt", "finally", "restore"]


def test_its_clock_and_its_location_are_made_anew(world):
    resource = Noting()
    seen = []

    def main():
        world.start(lambda: None)
        touch(resource)
        seen.append((resource.clock, resource.location))
        kernel.publish(resource)
        seen.append((list(resource.clock), resource.location))

    world.run(main)
    world.run(main)
    assert [clock for clock, _ in seen] == [None, [2], None, [2]]
    assert seen[0][1] is seen[1][1]
    assert seen[2][1] is not seen[0][1]
    assert seen[2][1].form == "primitive"
    assert seen[2][1].owner is resource
    assert seen[2][1].accesses[0].kind == Kind.ACQUIRE


@pytest.mark.parametrize("operation", ["publish", "observe"])
def test_synchronisation_costs_nothing_while_there_is_one_task(world, operation):
    resource = Noting()

    def main():
        getattr(kernel, operation)(resource)

    world.run(main)
    assert resource.clock is None
