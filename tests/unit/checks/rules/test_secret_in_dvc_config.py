from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.files import Files
from pytest_mlops_ws.checks.run import check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pytest_mlops_ws.checks.run import Checked

CONFIG = "mlops/workspace/fraud/.dvc/config"


def section(line: str, kind: str = "'remote \"store\"'") -> str:
    return f"[{kind}]\n    url = s3://bucket/fraud\n    {line}\n"


@pytest.mark.parametrize(
    "key",
    [
        *("password", "passphrase", "token", "access_key_id", "secret_access_key"),
        *("session_token", "account_key", "client_secret", "sas_token", "connection_string"),
        *("oss_key_id", "oss_key_secret", "gdrive_client_secret", "sse_customer_key"),
    ],
)
def test_each_option_that_holds_one(says: Callable[..., list[str]], key: str) -> None:
    assert says("WS603", {"fraud": ""}, {CONFIG: section(f"{key} = 7f3d90b1c2")}) == [
        f"remote.store.{key} holds a secret in plain text"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "profile = fraud",
        "ask_password = true",
        "credentialpath = ~/.aws/credentials",
        "keyfile = ~/.ssh/id_rsa",
        "password =",
        "password = xxx",
        "password = <ask the platform team>",
        "endpointurl = https://minio.example.com",
        "custom_auth_header = Authorization",
        "sse_kms_key_id = 1234abcd",
    ],
)
def test_these_hold_none(says: Callable[..., list[str]], line: str) -> None:
    assert says("WS603", {"fraud": ""}, {CONFIG: section(line)}) == []


def test_a_password_in_a_url(says: Callable[..., list[str]]) -> None:
    text = "['remote \"store\"']\n    url = https://me:hunter2@h/x\n"
    assert says("WS603", {"fraud": ""}, {CONFIG: text}) == [
        "remote.store.url holds a secret: https://me:***@h/x"
    ]


def test_other_sections(says: Callable[..., list[str]]) -> None:
    text = section("token = 7f3d90b1c2", "studio")
    assert says("WS603", {"fraud": ""}, {CONFIG: text}) == [
        "studio.token holds a secret in plain text"
    ]


def test_a_local_configuration_that_is_tracked_is_as_bad(says: Callable[..., list[str]]) -> None:
    files = {CONFIG: section("profile = fraud"), f"{CONFIG}.local": section("password = hunter2")}
    assert says("WS603", {"fraud": ""}, files) == [
        "remote.store.password holds a secret in plain text"
    ]


def test_the_local_configuration_is_where_they_belong(
    repository: Callable[[Mapping[str, str]], Path],
) -> None:
    root = repository(
        {
            "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
            CONFIG: section("profile = fraud"),
        }
    )
    (root / f"{CONFIG}.local").write_text(section("password = hunter2"))
    tracked = ["mlops/workspace/fraud/workspace.yaml", CONFIG]
    files = Files(os.path.realpath(root), tracked)
    found = check(files, "mlops/workspace", tracked[:1], selected=lambda rule: rule == "WS603")
    assert found.diagnostics == ()


def test_a_configuration_of_nobodys_directory_is_left_alone(
    says: Callable[..., list[str]],
) -> None:
    assert says("WS603", {"fraud": ""}, {"docs/.dvc/config": section("password = hunter2")}) == []


def test_no_message_shows_the_value(checked: Callable[..., Checked]) -> None:
    files = {
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        CONFIG: section("password = hunter2"),
    }
    assert "hunter" not in repr(checked(files, "WS603").diagnostics)
