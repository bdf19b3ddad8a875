from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc.config import read
from pytest_mlops_ws.checks.dvc.storage import storage
from pytest_mlops_ws.ground.locations import RealPaths

if TYPE_CHECKING:
    from pytest_mlops_ws.checks.dvc.storage import Storage


def stored(text: str, local: str | None = None) -> Storage:
    files = [read(text.encode(), ".dvc/config")]
    if local is not None:
        files.append(read(local.encode(), ".dvc/config.local"))
    return storage(files, "/repo/.dvc", RealPaths())


def places(found: Storage) -> dict[str, str]:
    return {name: remote.place.key for name, remote in found.remotes.items()}


def test_a_relative_path_counts_from_the_configuration() -> None:
    found = stored("['remote \"a\"']\nurl = ../../x\n[cache]\ndir = ../c\n")
    assert places(found) == {"a": "/x"}
    assert found.cache is not None
    assert found.cache[0].path == "/repo/c"


def test_remotes_refer_to_one_another() -> None:
    found = stored(
        "[core]\nremote = Mine\n"
        "['remote \"base\"']\nurl = s3://data/dvc\nendpointurl = https://minio.local:9000\n"
        "['remote \"Mine\"']\nurl = remote://base/fraud/\n"
        "['remote \"lost\"']\nurl = remote://nowhere/x\n"
        "['remote \"loop\"']\nurl = remote://loop\n"
        "['remote \"nothing\"']\nregion = x\n"
    )
    assert places(found) == {
        "base": "s3+minio.local:9000://data/dvc",
        "mine": "s3+minio.local:9000://data/dvc/fraud",
        "lost": "remote://nowhere/x",
        "loop": "remote://loop",
    }
    assert found.remotes["lost"].place.problem == "there is no remote 'nowhere'"
    assert found.remotes["loop"].place.problem == "the remote 'loop' refers to itself"
    assert [name for name, remote in found.remotes.items() if remote.base] == ["base", "loop"]
    assert found.default is not None
    assert found.default.text == "Mine"


def test_local_configuration_overrides() -> None:
    found = stored(
        "[core]\nremote = a\n['remote \"a\"']\nurl = s3://data/a\n",
        "['remote \"a\"']\nendpointurl = http://localhost:9000\n[cache]\ndir = /mnt/c\n",
    )
    assert places(found) == {"a": "s3+localhost:9000://data/a"}
    assert found.remotes["a"].span.path == ".dvc/config"
    assert found.cache is not None
    assert (found.cache[0].path, found.cache[1].path) == ("/mnt/c", ".dvc/config.local")


def test_a_dependency_may_be_anywhere() -> None:
    found = stored(
        "['remote \"a\"']\nurl = ../store\n"
        "['remote \"b\"']\nurl = azure://data/x\naccount_name = Acme\n"
    )
    keys = [
        found.locate(text, "/repo/sub", RealPaths()).key
        for text in ("../x", "/x", "remote://a/y", "remote://B/y", "s3://data/y", "~x/y")
    ]
    assert keys == [
        "/repo/x",
        "/x",
        "/repo/store/y",
        "azure://data@acme/x/y",
        "s3://data/y",
        "/repo/sub/~x/y",
    ]


def test_no_message_shows_a_password() -> None:
    found = stored("['remote \"a\"']\nurl = https://me:secret@h/x\n")
    assert found.remotes["a"].place.text == "https://me:***@h/x"
