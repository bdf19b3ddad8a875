from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_mlops_ws import ProjectWorkspace, UsageError
from pytest_mlops_ws.model import names
from pytest_mlops_ws.tools.bentoml import tags

SPEC = ProjectWorkspace("lora-finetuning", Path("/base/lora-finetuning")).effective


def test_a_model_is_named_after_its_project() -> None:
    assert tags.name_of(SPEC, "classifier") == "lora-finetuning--classifier"
    assert tags.name_of(SPEC, "lora-finetuning--classifier") == "lora-finetuning--classifier"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("x" * 60, "77 characters, 17 of them the prefix 'lora-finetuning--', and BentoML has 63"),
        ("x" * 60, "at most: shorten it by 14"),
        ("Classifier", "has upper case, which BentoML lowers, so that two names become one: use"),
        ("Classifier", "use 'classifier'"),
        ("a/b", "'-', '.' and '_' are allowed, a letter or digit at both ends: use 'a-b'"),
        ("a:b", "use 'a-b'"),
        ("größe", "use 'gr-e'"),
        ("end-", "use 'end'"),
        ("line\n", "use 'line'"),
    ],
)
def test_a_name_that_bentoml_cannot_have_is_refused_with_the_nearest(model: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        tags.name_of(SPEC, model)


@pytest.mark.parametrize("model", ["", None, 3])
def test_what_is_no_name_is_refused(model: object) -> None:
    with pytest.raises(UsageError, match="A model's name is a text, not"):
        tags.name_of(SPEC, model)


@pytest.mark.parametrize("version", ["V1", "a b", "x" * 64, "latest", "", "1/2"])
def test_a_version_that_bentoml_cannot_have_is_refused(version: str) -> None:
    with pytest.raises(UsageError):
        tags.version_of(SPEC, version)


def test_a_version_made_up_is_legal_and_new() -> None:
    first, second = tags.version_of(SPEC, None), tags.version_of(SPEC, None)
    assert first != second
    assert tags.version_of(SPEC, first) == first
    assert tags.version_of(SPEC, 3) == "3"


def test_the_longest_name_is_allowed() -> None:
    model = "x" * (63 - len("lora-finetuning--"))
    assert len(tags.name_of(SPEC, model)) == 63


def test_the_older_systems_prefix_is_refused_with_the_remedy() -> None:
    older = SPEC._replace(bentoml_tag_prefix="lora-finetuning:")
    with pytest.raises(
        UsageError, match=r"Remove the key from /base/lora-finetuning/workspace\.yaml"
    ):
        tags.name_of(older, "classifier")


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("lora--x", "lora"),
        ("lora-finetuning--x", "lora-finetuning"),
        ("lora--x--y", "lora"),
        ("lora", None),
        ("lora--", None),
        ("--x", None),
        ("Lora--x", None),
    ],
)
def test_a_name_says_whose_it_is(name: str, owner: str | None) -> None:
    assert names.owner_of(name) == owner
