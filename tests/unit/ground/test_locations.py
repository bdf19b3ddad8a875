from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.locations import RealPaths, canonical, hidden

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_mlops_ws.ground.locations import Location

REMOTES = {
    "store": "s3://data/dvc/",
    "images": "remote://Store/images",
    "self": "remote://self/x",
    "a": "remote://b",
    "b": "remote://a",
    "lost": "remote://nowhere",
}


def place(text: str) -> Location:
    return canonical(text, relative_to="/repo", real=None, remotes=REMOTES)


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("/tmp/mlflow/", "local", "/tmp/mlflow"),  # noqa: S108 -- a text
        ("../x/./y//z/..", "local", "/x/y"),
        ("//data", "local", "/data"),
        ("/", "local", ""),
        ("a:b", "local", "/repo/a:b"),
        ("./a://b", "local", "/repo/a:/b"),
        ("file:///a%20b/", "local", "/a b"),
        ("FILE://localhost/a", "local", "/a"),
        ("file://127.0.0.1/a", "local", "/a"),
        ("file:/a", "local", "/a"),
        ("file:rel", "local", "/repo/rel"),
        ("file://NAS/a/", "other", "file://NAS/a"),
        ("C:\\Data\\x\\", "local", "c:/data/x"),
        ("c:/data/x", "local", "c:/data/x"),
        ("file:///C:/data/x", "local", "c:/data/x"),
        ("sqlite:///rel.db", "sqlite", "/repo/rel.db"),
        ("sqlite:////abs/x.db?mode=ro", "sqlite", "/abs/x.db"),
        ("sqlite+pysqlite:///file:/abs/x.db?uri=true", "sqlite", "/abs/x.db"),
        ("sqlite:///C:/data/x.db", "sqlite", "c:/data/x.db"),
        ("sqlite://", "memory", "sqlite:///:memory:"),
        ("sqlite:///:memory:", "memory", "sqlite:///:memory:"),
        ("sqlite://host/x", "other", "sqlite://host/x"),
        ("S3://Data/a//b/../c/", "s3", "s3://data/a/c"),
        ("s3a://data", "s3", "s3://data"),
        ("https://data.s3.eu-west-1.amazonaws.com/a", "s3", "s3://data/a"),
        ("https://s3.eu-west-1.amazonaws.com/data/a/", "s3", "s3://data/a"),
        ("https://s3-us-west-2.amazonaws.com/data", "s3", "s3://data"),
        ("https://my.amazonaws.com/data", "http", "https://my.amazonaws.com/data"),
        ("gs://data/a", "gs", "gs://data/a"),
        ("gcs://data/a/", "gs", "gs://data/a"),
        ("https://storage.googleapis.com/data/a", "gs", "gs://data/a"),
        ("https://data.storage.googleapis.com/a", "gs", "gs://data/a"),
        ("azure://data/a", "azure", "azure://data/a"),
        ("abfss://data@Acme.dfs.core.windows.net/a/", "azure", "azure://data@acme/a"),
        ("wasbs://data@acme.blob.core.windows.net/a", "azure", "azure://data@acme/a"),
        ("https://acme.blob.core.windows.net/data/a?sig=x", "azure", "azure://data@acme/a"),
        ("ssh://me:pw@Host:22/a/b/", "ssh", "ssh://host/a/b"),
        ("sftp://host/a/b", "ssh", "ssh://host/a/b"),
        ("ssh://host:2222/a", "ssh", "ssh://host:2222/a"),
        ("me@Host:/a/b", "ssh", "ssh://host/a/b"),
        ("me@host:a/b", "ssh", "ssh://host/~me/a/b"),
        ("HTTPS://me:p@ss@Example.com.:443/", "http", "https://example.com"),
        ("https://me:p/w@example.com/x", "http", "https://example.com/x"),
        ("http://example.com:80/a%2Db#c", "http", "http://example.com/a-b"),
        ("http://127.0.0.1:5000", "http", "http://localhost:5000"),
        ("http://[::1]:5000/", "http", "http://localhost:5000"),
        ("http://[fe80::1]/x", "http", "http://[fe80::1]/x"),
        ("http://h/x?a=b", "http", "http://h/x"),
        ("webdavs://h:443/x", "webdav", "https://h/x"),
        ("hdfs://me@node:8020/x", "hdfs", "hdfs://node/x"),
        (
            "postgresql+psycopg2://me:pw@DB:5432/ml?sslmode=require",
            "database",
            "postgresql://db/ml",
        ),
        ("postgres://db/ml", "database", "postgresql://db/ml"),
        ("postgresql://db/ML", "database", "postgresql://db/ML"),
        ("postgresql://me@db", "database", "postgresql://db/me"),
        ("postgresql:///ml", "database", "postgresql://localhost/ml"),
        ("postgresql:///ml?host=db", "database", "postgresql://db/ml"),
        (
            "postgresql://db/ml?options=-csearch_path%3Dfraud",
            "database",
            "postgresql://db/ml?options=-csearch_path=fraud",
        ),
        ("mysql+pymysql://db:3306/ml", "database", "mysql://db/ml"),
        ("mariadb://db/ml", "database", "mysql://db/ml"),
        ("databricks", "databricks", "databricks"),
        ("databricks-uc", "databricks", "databricks-uc"),
        ("databricks://Prod", "databricks", "databricks://Prod"),
        ("gdrive://Id/x/", "other", "gdrive://Id/x"),
        ("r2://bucket@acme.r2.example/x", "other", "r2://bucket@acme.r2.example/x"),
        ("dbfs:/a/b/", "other", "dbfs:/a/b"),
        ("remote://images/x/", "s3", "s3://data/dvc/images/x"),
        ("remote://self/y", "remote", "remote://self/y"),
    ],
)
def test_one_spelling_for_each_place(text: str, kind: str, key: str) -> None:
    found = place(text)
    assert (found.kind, found.key) == (kind, key)
    assert found.path == ((key or "/") if kind in {"local", "sqlite"} and key[1:2] != ":" else None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("remote://self", "the remote 'self' refers to itself"),
        ("remote://a/x", "the remote 'a' refers to itself"),
        ("remote://lost", "there is no remote 'nowhere'"),
        ("remote://images", None),
    ],
)
def test_a_chain_of_remotes_is_followed_or_told_about(text: str, problem: str | None) -> None:
    assert place(text).problem == problem
    assert place(text).same(place(text)) is (problem is None)


@pytest.mark.parametrize(
    ("text", "server", "key"),
    [
        ("s3://data/a", "https://Minio.local:443/", "s3+minio.local://data/a"),
        ("s3://data/a", "http://minio.local:9000", "s3+minio.local:9000://data/a"),
        ("s3://data/a", "https://s3.eu-west-1.amazonaws.com", "s3://data/a"),
        ("azure://data/a", "Acme", "azure://data@acme/a"),
        ("azure://data/a", "https://acme.blob.core.windows.net/", "azure://data@acme/a"),
        ("remote://store/a", "http://minio.local:9000", "s3+minio.local:9000://data/dvc/a"),
        ("gs://data/a", "anything", "gs://data/a"),
    ],
)
def test_equal_buckets_of_two_servers_are_two_places(text: str, server: str, key: str) -> None:
    found = canonical(text, relative_to="/repo", real=None, remotes=REMOTES, server=server)
    assert found.key == key


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        ("/data", "/data/x", True),
        ("/data", "/data", False),
        ("/data", "/data-2", False),
        ("/", "/data", True),
        ("s3://data", "s3://data/x", True),
        ("s3://data/x", "s3://data", False),
        ("https://h/a", "https://h/a/b", True),
        ("/repo/mlflow", "sqlite:///mlflow/mlflow.db", True),
        ("remote://self", "remote://self/x", False),
    ],
)
def test_what_lies_inside(outer: str, inner: str, inside: bool) -> None:  # noqa: FBT001 -- a row's last column
    assert place(outer).contains(place(inner)) is inside


def test_databases_in_memory_are_nobody_elses() -> None:
    assert not place("sqlite://").same(place("sqlite://"))


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert place("~/data").path == "/home/me/data"
    assert place("sqlite:///~/x.db").path == "/repo/~/x.db"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/a@b/c?key=d", "/a@b/c?key=***"),
        ("s3://bucket/a", "s3://bucket/a"),
        ("https://me@h/x", "https://me@h/x"),
        ("https://me:pw@h/x", "https://me:***@h/x"),
        ("https://me:p@w@h/x", "https://me:***@h/x"),
        ("https://me:p/w@h/x", "https://me:***@h/x"),
        ("https://h:80/x@v1", "https://h:80/x@v1"),
        ("https://0123456789abcdef0123@h/x", "https://***@h/x"),
        ("abfss://container-of-our-project@acme.dfs.core.windows.net/", None),
        ("postgresql://me:@h/x", "postgresql://me:***@h/x"),
        ("https://h/x?a=b&sig=c%2F&token=d#e", "https://h/x?a=b&sig=***&token=***#e"),
        (
            "https://h/x?X-Amz-Signature=1&X-Amz-Date=2",
            "https://h/x?X-Amz-Signature=***&X-Amz-Date=2",
        ),
        ("https://h/x?design=1&keyboard=2", "https://h/x?design=1&keyboard=2"),
        ("AccountName=a;AccountKey=b==;c=d", "AccountName=a;AccountKey=***;c=d"),
    ],
)
def test_no_message_shows_a_password(text: str, shown: str | None) -> None:
    assert hidden(text) == (shown or text)
    assert place(text).text == hidden(text)


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("data")
    (tmp_path / "data" / "up").symlink_to("../other/gone")
    (tmp_path / "absolute").symlink_to(tmp_path / "link" / "deep")
    (tmp_path / "chain").symlink_to("absolute/../up")
    real = RealPaths()
    for name in (
        "data",
        "link",
        "link/deep/x/y",
        "absolute",
        "link/up/z",
        "chain",
        "link/..",
        "",
        ".",
    ):
        path = f"{tmp_path}/{name}"
        assert real(path) == os.path.realpath(path)
        assert real(path) == os.path.realpath(path)


def test_loops_of_links_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "self").symlink_to("self/x")
    real = RealPaths()
    assert real(f"{tmp_path}/a/x/y").startswith(f"{tmp_path}/")
    assert real(f"{tmp_path}/a/x/y").endswith("/x/y")
    assert real(f"{tmp_path}/self") == real(f"{tmp_path}/self")


@pytest.mark.parametrize(
    "name", ["~\ud800", "~\0", "x\0y", "\ud800", "a" * 5000, "/".join("a" * 4000), ""]
)
def test_no_name_is_too_odd(name: str, tmp_path: Path) -> None:
    found = canonical(name, relative_to=str(tmp_path), real=RealPaths())
    assert found.path == f"{tmp_path}/{name}".rstrip("/")


def test_each_directory_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def readlink(path: str) -> str:
        looked.append(path)
        return original(path)

    original = os.readlink
    monkeypatch.setattr(os, "readlink", readlink)
    real = RealPaths()
    for number in range(100):
        real(f"{tmp_path}/{number}/mlflow/mlflow.db")
        real(f"{tmp_path}/{number}/dvc")
    assert len(looked) == len(set(looked))
    # Nothing below what is not there.
    assert len(looked) == len(tmp_path.parts) - 1 + 100


def test_crowded_directory_is_listed_and_its_links_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number:02}" for number in range(40)]
    for name in names:
        (tmp_path / name).mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("30")
    (tmp_path / "to-file").symlink_to("file")
    asked: list[str] = []
    readlink, isdir = os.readlink, os.path.isdir
    monkeypatch.setattr(os, "readlink", lambda path: (asked.append(path), readlink(path))[1])
    monkeypatch.setattr(os.path, "isdir", lambda path: (asked.append(path), isdir(path))[1])
    real = RealPaths()
    for name in (*names, "file", "link", "to-file", "gone", "link/x", "gone/y"):
        found = real(f"{tmp_path}/{name}")
        assert found == os.path.realpath(f"{tmp_path}/{name}", strict=False)
        assert real.is_directory(found) == (name in {*names, "link"})
    assert not {f"{tmp_path}/{name}" for name in names[20:]} & {*asked}


def test_a_hook_pays_for_no_heavy_import() -> None:
    program = (
        "import sys, pytest_mlops_ws.ground.locations\n"
        "heavy = {'pathlib', 'dataclasses', 'urllib', 'subprocess', 'typing'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['typing']"
