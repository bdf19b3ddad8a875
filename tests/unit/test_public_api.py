from __future__ import annotations

import subprocess
import sys

import pytest

import pytest_mlops_ws


def test_every_public_name_is_there_and_listed() -> None:
    for name in pytest_mlops_ws.__all__:
        assert getattr(pytest_mlops_ws, name).__name__ == name
    assert set(pytest_mlops_ws.__all__) <= set(dir(pytest_mlops_ws))


def test_name_that_is_none_of_ours_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        pytest_mlops_ws.nothing  # noqa: B018 -- the look is the test


def test_importing_the_package_loads_nothing_but_it() -> None:
    program = (
        "import sys; before = set(sys.modules); import pytest_mlops_ws\n"
        "new = {name for name in sys.modules if name not in before}\n"
        "print(sorted(name for name in new if name.split('.')[0] not in sys.stdlib_module_names))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "['pytest_mlops_ws']\n"


def test_making_and_listing_workspaces_imports_no_tool(tmp_path: object) -> None:
    program = (
        "import sys; from pytest_mlops_ws import WorkspaceManager\n"
        f"manager = WorkspaceManager({str(tmp_path)!r})\n"
        "manager.list_workspaces(); manager.get_all_workspaces_status()\n"
        "tools = {'mlflow', 'dvc', 'bentoml', 'evidently', 'jsonschema'} & set(sys.modules)\n"
        "assert not tools, tools"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
