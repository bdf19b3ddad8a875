from __future__ import annotations

import inspect
import re
import shlex
from typing import TYPE_CHECKING

import yaml

from pytest_mlops_ws.cli.demo import page
from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

if TYPE_CHECKING:
    import pytest
    from conftest import Document


def test_there_are_two_commands_and_each_runs_a_script_of_the_clone(readme: Document) -> None:
    commands = [line for block in readme.blocks("sh") for line in block.splitlines()]
    scripts = []
    for command in commands:
        git, clone, address, place, then, sh, script = shlex.split(command)
        assert [git, clone, address, then, sh] == ["git", "clone", PUBLIC_ADDRESS, "&&", "sh"]
        assert script.startswith(f"{place}/")
        path = readme.path.parent / script.removeprefix(f"{place}/")
        assert path.is_file()
        scripts.append(path.name)
    assert scripts == ["demo.sh", "test.sh"]


def test_two_commands_in_one_directory_do_not_meet(readme: Document) -> None:
    places = re.findall(rf"git clone {re.escape(PUBLIC_ADDRESS)} (\S+)", readme.text)
    assert len(places) == len(set(places)) == 2


def test_each_address_is_the_public_one(readme: Document) -> None:
    addresses = re.findall(r"https?://[^\s)`\"]+", readme.text)
    assert set(addresses) == {PUBLIC_ADDRESS}


def test_hook_that_is_announced_is_valid(readme: Document) -> None:
    (block,) = readme.blocks("yaml")
    (repository,) = yaml.safe_load(block)["repos"]
    assert repository["repo"] == PUBLIC_ADDRESS
    assert all(hook["id"].startswith("mlops-ws-") for hook in repository["hooks"])


def test_picture_is_what_the_demo_prints(readme: Document) -> None:
    picture, _ = readme.blocks("text")
    labels = re.findall(r"^  (\S.*?) {2,}", picture, re.MULTILINE)
    assert len(labels) == 8
    source = inspect.getsource(page)
    assert [label for label in labels if f'"{label}"' not in source] == []


def test_silent_write_is_told_as_it_says(readme: Document, suite: pytest.Pytester) -> None:
    suite.makeconftest(
        """
        import mlflow
        import pytest

        @pytest.fixture(autouse=True)
        def tracking(tmp_path, monkeypatch):
            monkeypatch.chdir(tmp_path)
            monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
        """
    )
    suite.makepyfile(
        test_two="""
        import mlflow

        def test_fraud():
            mlflow.set_experiment("fraud-eval")
            with mlflow.start_run():
                mlflow.log_metric("auc", 0.9)

        def test_churn():
            mlflow.create_experiment("churn-eval")
            with mlflow.start_run():
                mlflow.log_metric("auc", 0.5)
        """
    )
    _, block = readme.blocks("text")
    command, *told = block.splitlines()
    result = suite.runpytest_subprocess(*command.split()[2:], timeout=120)
    result.assert_outcomes(passed=2)
    lines = [re.sub("logs run [0-9a-f]{8}", "logs run …", line) for line in result.outlines]
    start = lines.index(told[0])
    wanted = [re.sub("logs run [0-9a-f]{8}", "logs run …", line) for line in told]
    assert lines[start : start + len(told)] == wanted


def test_whole_suite_is_isolated_for_one_run(readme: Document, suite: pytest.Pytester) -> None:
    (command,) = re.findall(r"`(pytest -o [^`]+)`", readme.text)
    suite.makepyfile(
        """
        import os

        def test_inside():
            assert "/mlops-ws/" in os.environ["MLFLOW_TRACKING_URI"]
        """
    )
    suite.runpytest_subprocess(*command.split()[1:], timeout=120).assert_outcomes(passed=1)
