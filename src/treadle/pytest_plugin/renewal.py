"""A test made new for each execution: fixtures of function scope, instance, temporary folder, log.

pytest sets a test up once. What has the scope of the function belongs to one execution, so it is torn down
and set up again, inside the execution, where the threads and locks of a fixture are controlled as well.
Fixtures of a larger scope stay. All that this module knows of pytest beyond its documentation is here; the
same attributes are used by pytest-rerunfailures and others.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest


class Renewal:
    """Sets one test up and tears it down, any number of times.

    Args:
        item: The test, which pytest has set up.
    """

    def __init__(self, item: pytest.Function) -> None:
        self._item: Any = item
        self._finalizers: list[Callable[[], object]] = self._item.session._setupstate.stack[item][0]
        self._folder: Any = self._item.funcargs.get("tmp_path")

    def begin(self) -> None:
        """Set the test up.

        Raises:
            BaseException: What a fixture raises.
        """
        item = self._item
        if self._folder is not None:
            # The same name again: a name that differs would be an outcome that differs.
            shutil.rmtree(self._folder, ignore_errors=True)
        item._initrequest()
        if item.cls is not None and isinstance(getattr(item.obj, "__self__", None), item.cls):
            item.__dict__.pop("_instance", None)
            item._obj = None
        self._finalizers.append(item.teardown)
        _begin_log(item)
        _begin_folder(item)
        item.setup()
        self._folder = item.funcargs.get("tmp_path")

    def finish(self) -> None:
        """Tear the test down, all of it.

        Raises:
            BaseException: The first thing that a fixture raises.
        """
        first: BaseException | None = None
        while self._finalizers:
            finalizer = self._finalizers.pop()
            try:
                finalizer()
            except BaseException as error:  # also when the execution is being ended: go on
                first = first or error
        if first is not None:
            raise first


def _begin_log(item: Any) -> None:
    """An empty log, as ``caplog`` shows it, and as a report does."""
    logging = item.config.pluginmanager.get_plugin("logging-plugin")
    if logging is None:
        return
    from _pytest.logging import caplog_records_key

    logging.caplog_handler.reset()
    logging.report_handler.reset()
    if caplog_records_key in item.stash:
        item.stash[caplog_records_key]["call"] = logging.caplog_handler.records


def _begin_folder(item: Any) -> None:
    """What the teardown of ``tmp_path`` wants to find: how the test has gone so far."""
    from _pytest.tmpdir import tmppath_result_key

    item.stash.setdefault(tmppath_result_key, {})
