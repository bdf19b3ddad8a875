from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.tools.bentoml.deployment import run_of

if TYPE_CHECKING:
    from pathlib import Path

RUN = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("content", "run"),
    [
        (f"artifact_path: model\nrun_id: {RUN}\n".encode(), RUN),
        (f"run_id: '{RUN}'\n".encode(), RUN),
        (b"artifact_path: model\n", None),
        (b"run_id: none\n", None),
        (b"run_id: \xff\n", None),
    ],
)
def test_the_run_is_read_from_what_mlflow_wrote(
    tmp_path: Path, content: bytes, run: str | None
) -> None:
    (tmp_path / "MLmodel").write_bytes(content)
    assert run_of(tmp_path) == run


def test_what_mlflow_did_not_write_is_of_no_run(tmp_path: Path) -> None:
    assert run_of(tmp_path) is None
    assert run_of(tmp_path / "missing") is None
