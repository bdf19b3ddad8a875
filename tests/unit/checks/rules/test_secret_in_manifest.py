from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.run import Checked

HOLDS = "holds a secret in plain text"


def of(text: str) -> dict[str, str]:
    return {"fraud": f"metadata:\n{text}"}


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("password: hunter2", "password"),
        ("password: 123456", "password"),
        ("dbPassword: abc", "dbPassword"),
        ("DB-PASSWORD: abc", "DB-PASSWORD"),
        ("db.passwd: abc", "db.passwd"),
        ("token: 7f3d90b1c2", "token"),
        ("api_key: abcDEF123", "api_key"),
        ("apiKey: abcDEF123", "apiKey"),
        ("secret_access_key: wJalrXUtnFEMIK7MDENG", "secret_access_key"),
        ("secrets: {db: 7f3d90b1c2}", "secrets.db"),
        ("a: {b: [{client_secret: Zx81-Zx81}]}", "a.b.client_secret"),
        ("tokens: [7f3d90b1c2]", "tokens"),
        ("token: 1234567890", "token"),
    ],
)
def test_what_a_key_says_is_a_secret(says: Callable[..., list[str]], line: str, path: str) -> None:
    assert says("WS601", of(f"  {line}\n")) == [f"metadata.{path} {HOLDS}"]


@pytest.mark.parametrize(
    "line",
    [
        "password: ${DB_PASSWORD}",
        "password: $DB_PASSWORD",
        "password: DB_PASSWORD",
        "password: <from the vault>",
        "password: xxx",
        "password: '********'",
        "password: changeme",
        "password: change-me",
        "password: null",
        "password:",
        "password: true",
        "password: your-password-here",
        "password: ask the platform team",
        "password: vault:kv/fraud#password",
        "password: arn:aws:secretsmanager:eu-west-1:123456789012:secret:fraud",
        "password: '{{ fraud_password }}'",
        "password_file: /run/secrets/fraud",
        "password: /run/secrets/fraud",
        "passwordless: yes-it-is-2026",
        "secret: mlflow-db-credentials",
        "secret: fraud-v2",
        "secret_name: 7f3d90b1c2",
        "token_env: 7f3d90b1c2",
        "token: MLFLOW_TOKEN",
        "token: short",
        "tokenizer: bert-base-uncased-2026x",
        "max_tokens: 512000",
        "pad_token: '[PAD]'",
        "eos_token: <|endoftext|>",
        "mask_token: 7f3d90b1c2",
        "key: 7f3d90b1c2",
        "primary_key: 7f3d90b1c2",
        "jira_key: RISK-12345",
        "keys: [7f3d90b1c2]",
        "digest: 7f3d90b1c27f3d90b1c27f3d90b1c27f3d90b1c2",
        "team: risk-team",
        "note: see https://wiki.example.com/tokens?page=2",
        "credentials: {user: mlflow}",
    ],
)
def test_these_are_none(says: Callable[..., list[str]], line: str) -> None:
    assert says("WS601", of(f"  {line}\n")) == []


# Put together here, so that no scanner takes this file for what it is about.
SHAPED = {
    "an AWS access key": "AKIA" + "Q3EGRI7WTXZ5LH2P",
    "a GitHub token": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "a GitLab token": "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "a Slack token": "xoxb-" + "1234567890-abcdef",
    "a Slack webhook": "https://hooks.slack.com/services/" + "T0001/B0001/a1B2c3D4",
    "a Google API key": "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "a Hugging Face token": "hf_" + "abcdefghijKLMNOPQRSTUVWXYZ0123",
    "a Databricks token": "dapi" + "0123456789abcdef0123456789abcdef",
    "an API key": "sk-" + "proj-a1B2c3D4e5F6g7H8i9J0",
    "a signed token": "eyJ" + "hbGciOiJIUzI1.eyJ" + "zdWIiOiIxMjM0.SflKxwRJSMeK",
    "an Azure account key": "AccountName=a;AccountKey=abcdefghij0123456789ABCDEFGHIJ0123456789+/==",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
}


@pytest.mark.parametrize("what", SHAPED)
def test_what_looks_like_a_key_is_one_wherever_it_stands(
    says: Callable[..., list[str]], what: str
) -> None:
    value = SHAPED[what]
    assert says("WS601", of(f"  note: '{value}'\n")) == [
        f"metadata.note holds {what} in plain text"
    ]
    assert says("WS601", of(f"  note: |\n    first\n    {value} and more\n")) == [
        f"metadata.note holds {what} in plain text"
    ]
    assert says("WS601", {"fraud": f"metadata: {{}}  # {value}\n"}) == [
        f"a comment holds {what} in plain text"
    ]
    broken = {"mlops/workspace/fraud/workspace.yaml": f"project_name: [\n# {value}\n"}
    assert says("WS601", {}, broken) == [f"the file holds {what} in plain text"]


@pytest.mark.parametrize(
    "value",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "AKIAXXXXXXXXXXXXXXXX",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "risk-proj-abcdefghijklmnopqrstuvwxyz",
        "task-sk-1",
        "wolf_abcdefghijklmnopqrstuvwxyzabcdefgh",
    ],
)
def test_what_is_made_to_look_like_one_is_none(says: Callable[..., list[str]], value: str) -> None:
    assert says("WS601", of(f"  note: {value}  # {value}\n")) == []


def test_a_key_that_no_manifest_has_is_looked_at_too(says: Callable[..., list[str]]) -> None:
    assert says("WS601", {"fraud": "mlflow_password: hunter2\n"}) == [f"mlflow_password {HOLDS}"]


def test_no_report_shows_a_value(checked: Callable[..., Checked]) -> None:
    value = SHAPED["a GitHub token"]
    text = f"project_name: fraud\nmetadata:\n  password: hunter2\n  note: {value}\n"
    found = checked({"mlops/workspace/fraud/workspace.yaml": text}, "WS601")
    shown = repr(found.diagnostics)
    assert "hunter" not in shown
    assert "ghp_" not in shown


def test_one_word_about_one_value(says: Callable[..., list[str]]) -> None:
    assert says("WS601", of(f"  token: {SHAPED['a GitHub token']}\n")) == [
        f"metadata.token {HOLDS}"
    ]
