"""What a client shows on a terminal of what takes long, and that a pipe gets none of it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_mlops_ws import MLOpsClient

for tool in ("mlflow", "dvc", "bentoml"):
    pytest.importorskip(tool)

#: Shows at once what would be shown after a second, and looks in time before it is over.
PROGRAM = """
import sys, threading, time
from pathlib import Path
from pytest_mlops_ws.ground import progress
from pytest_mlops_ws import MLOpsClient

progress.PATIENCE_SECONDS = 0
client = MLOpsClient.from_project("fraud", sys.argv[1])
large = Path(sys.argv[1], "large")

def waiting(call):
    # What the terminal shows last is what there is in the end.
    def wait(*arguments, **options):
        done = call(*arguments, **options)
        time.sleep(0.5)
        return done
    return wait

from pytest_mlops_ws.tools.bentoml.handle import BentoMLHandle
from pytest_mlops_ws.tools.dvc import operations
from pytest_mlops_ws.tools.mlflow import recording

operations.push, operations.pull = waiting(operations.push), waiting(operations.pull)
recording.upload = waiting(recording.upload)
BentoMLHandle._write = waiting(BentoMLHandle._write)

client.dvc_add("dvc/data")
client.dvc_push()
import shutil
shutil.rmtree(client.workspace.dvc_path / "data")
shutil.rmtree(client.workspace_path / ".dvc" / "cache")
client.dvc_pull()
with client.start_run():
    client.log_artifact(large)
client.deploy_model(large, "m", build_bento=False)
"""


def told(fraud: MLOpsClient, repo: Path) -> tuple[list[str], str]:
    """Run the program on a terminal; return the lines shown, and what was printed."""
    data, large = fraud.workspace.dvc_path / "data", repo / "large"
    for directory, size in ((data, 10), (large, 1_500_000)):
        directory.mkdir()
        for number in range(3):
            (directory / f"{number}.bin").write_bytes(bytes([number]) * size)
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [sys.executable, "-c", PROGRAM, str(repo)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=its, env={**os.environ, "TERM": "xterm"}
    ) as process:
        os.close(its)
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.stdout is not None
        printed = process.stdout.read().decode()
    os.close(ours)
    assert process.returncode == 0, shown.decode()
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    lines = [line[2:] if line[:1] in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" else line for line in re.split("[\r\n]+", plain)]
    return [line for line in lines if line], printed


@pytest.mark.timeout(120)
def test_how_far_it_is_is_shown_on_a_terminal_and_by_nobody_else(
    fraud: MLOpsClient, repo: Path
) -> None:
    lines, printed = told(fraud, repo)
    assert printed == ""
    doing = (
        "adding data …",
        "pushing data …",
        "pulling data …",
        "uploading large …",
        "deploying m …",
    )
    # Neither DVC's bars nor MLflow's: one line of ours, and nothing stays of it.
    assert [line for line in lines if not line.startswith(doing)] == []
    assert "pushing data … 4 of 4 files" in lines  # with the directory's own object
    assert "pulling data … 4 of 4 files" in lines
    assert "uploading large … 3 of 3 files, 4.5 of 4.5 MB" in lines
    assert "deploying m … 4.5 of 4.5 MB" in lines


@pytest.mark.timeout(120)
def test_a_pipe_is_told_nothing_of_it(fraud: MLOpsClient, repo: Path) -> None:
    data = fraud.workspace.dvc_path / "data"
    large = repo / "large"
    for directory in (data, large):
        directory.mkdir()
        (directory / "0.bin").write_bytes(b"0")
    command = [sys.executable, "-c", PROGRAM, str(repo)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
