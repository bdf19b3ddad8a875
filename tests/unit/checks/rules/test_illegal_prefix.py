from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.run import Checked


@pytest.mark.parametrize(
    "prefix", ["fraud--", "f", "fraud.", "fraud_v2-", "0", "a" * 62, "${TEAM:-risk}--", "fraud-"]
)
def test_legal_prefixes(says: Callable[..., list[str]], prefix: str) -> None:
    assert says("WS311", {"fraud": f"bentoml_tag_prefix: '{prefix}'\n"}) == []


@pytest.mark.parametrize(
    ("prefix", "reason"),
    [
        ("fraud:", "':' is not allowed"),
        ("risk/fraud", "'/' is not allowed"),
        ("Fraud", "'F' is not allowed"),
        ("fräud-", "'ä' is not allowed"),
        ("fraud ", "' ' is not allowed"),
        ("-fraud", "it cannot begin with '-'"),
        (".", "it cannot begin with '.'"),
        ("a" * 63, "it has 63 characters, and 62 are allowed"),
        ("${TEAM:-Risk}--", "'R' is not allowed"),
    ],
)
def test_illegal_prefixes(says: Callable[..., list[str]], prefix: str, reason: str) -> None:
    shown = prefix.replace("${TEAM:-Risk}", "Risk")
    assert says("WS311", {"fraud": f"bentoml_tag_prefix: '{prefix}'\n"}) == [
        f"no BentoML tag begins with {shown!r}: {reason}"
    ]


def test_a_prefix_that_is_not_known_is_not_judged(says: Callable[..., list[str]]) -> None:
    assert says("WS311", {"fraud": "bentoml_tag_prefix: '${MLOPS_WS_UNSET}:'\n"}) == []


@pytest.mark.parametrize(
    ("prefix", "remedy"),
    [
        ("fraud_eval:", "remove the line: the derived prefix is 'fraud-eval--'"),
        ("Fraud-Eval:", "remove the line: the derived prefix is 'fraud-eval--'"),
        ("Fraud-Eval-", "write 'bentoml_tag_prefix: fraud-eval-'"),
        (":", "remove the line: the derived prefix is 'fraud-eval--'"),
        ("Team/Fraud:", "write 'bentoml_tag_prefix: team-fraud--'"),
        ("x" * 70, f"write 'bentoml_tag_prefix: {'x' * 60}--'"),
    ],
)
def test_the_remedy_is_legal(checked: Callable[..., Checked], prefix: str, remedy: str) -> None:
    text = f"project_name: fraud_eval\nbentoml_tag_prefix: '{prefix}'\n"
    found = checked({"mlops/workspace/fraud_eval/workspace.yaml": text}, "WS311")
    assert [fault.remedy for fault in found.diagnostics] == [remedy]
