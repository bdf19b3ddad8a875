"""What the reader of manifests reports, and the modules that tell about it."""

from __future__ import annotations

from pytest_mlops_ws.checks.rules import modules
from pytest_mlops_ws.manifest import rules


def test_each_id_of_the_reader_is_told_about() -> None:
    reported = {value for value in vars(rules).values() if str(value).startswith("WS")}
    assert {module.RULE.id for module in modules("reading")} == reported


def test_there_is_nothing_to_check_again() -> None:
    assert not any(hasattr(module, "check") for module in modules("reading"))
