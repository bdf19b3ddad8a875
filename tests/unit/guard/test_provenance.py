from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard.attribution import Suite
from pytest_mlops_ws.guard.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path

NAME = b"MLFLOW_TRACKING_URI"


def test_who_unsets_a_variable_is_not_who_gives_it_a_value_later(tmp_path: Path) -> None:
    provenance = Provenance(Suite([str(tmp_path)]))
    path = tmp_path / "test_a.py"
    path.write_text("note(event, (NAME,), 'test_a')")
    suite = {"note": provenance.note, "NAME": NAME}
    runpy.run_path(str(path), {**suite, "event": "os.unsetenv"})
    # As `monkeypatch` does when it undoes: no line of the suite is running.
    provenance.note("os.putenv", (NAME,), "test_a")
    assert (provenance.setters, provenance.addresses) == ({}, {})
    runpy.run_path(str(path), {**suite, "event": "os.putenv"})
    provenance.note("os.unsetenv", (NAME,), "test_a")
    assert [str(each) for each in provenance.addresses] == ["test_a.py:1"]
