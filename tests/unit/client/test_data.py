"""Data versioned, pushed and pulled by the client."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import MLOpsClient, MLOpsClientError, WorkspaceManager

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.client.conftest import Open

pytest.importorskip("dvc")


@pytest.fixture(autouse=True)
def _own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own caches and configuration out."""
    for name in ("SITE_CACHE", "GLOBAL_CONFIG", "SYSTEM_CONFIG"):
        monkeypatch.setenv(f"DVC_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")


def write(client: MLOpsClient, name: str, content: str) -> Path:
    path = client.workspace.dvc_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_data_are_added_pushed_and_pulled_elsewhere(
    fraud: MLOpsClient, repo: Path, tmp_path: Path
) -> None:
    write(fraud, "train.csv", "a,b\n")
    write(fraud, "images/1.txt", "one")
    added = fraud.dvc_add("dvc/train.csv")
    assert added.success
    assert added.paths == ("dvc/train.csv",)
    assert added.files == (fraud.workspace.dvc_path / "train.csv.dvc",)
    assert added.hashes == {"dvc/train.csv": hashlib.md5(b"a,b\n").hexdigest()}  # noqa: S324 -- as DVC names data
    assert fraud.dvc_add(fraud.workspace.dvc_path / "images").paths == ("dvc/images",)
    pushed = fraud.dvc_push()
    assert (pushed.success, pushed.count) == (True, 3)
    assert set(pushed.paths) == {"dvc/train.csv", "dvc/images", "dvc/images/1.txt"}
    assert pushed.remote == str(repo / "mlops" / "workspace" / ".remotes" / "fraud")
    assert (fraud.dvc_push().count, fraud.dvc_status(remote=True).clean) == (0, True)

    identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    subprocess.run(["git", "add", "."], cwd=repo, check=True)
    subprocess.run(["git", *identity, "commit", "-qm", "data"], cwd=repo, check=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(repo), str(clone)], check=True)
    remotes = Path("mlops", "workspace", ".remotes")
    shutil.copytree(repo / remotes, clone / remotes)
    other = MLOpsClient.from_project("fraud", clone)
    pulled = other.dvc_pull()
    assert (pulled.success, pulled.count) == (True, 3)
    assert set(pulled.paths) == {"dvc/train.csv", "dvc/images"}
    assert (other.workspace.dvc_path / "images" / "1.txt").read_text() == "one"


def test_the_repository_is_the_projects_from_any_directory(
    fraud: MLOpsClient, churn: MLOpsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(fraud, "f.csv", "f")
    write(churn, "c.csv", "c")
    monkeypatch.chdir(churn.workspace_path)
    assert fraud.dvc_add("dvc/f.csv").paths == ("dvc/f.csv",)
    monkeypatch.chdir(fraud.workspace.dvc_path)
    assert fraud.dvc_push().paths == ("dvc/f.csv",)
    assert fraud.dvc_push("dvc/f.csv").count == 0
    assert fraud.dvc_status().changes == {}
    assert churn.get_status().dvc.counts == {"tracked": 0}


def test_a_relative_path_of_the_working_directory_is_found(
    fraud: MLOpsClient, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(fraud, "f.csv", "f")
    monkeypatch.chdir(repo)
    assert fraud.dvc_add(path.relative_to(repo)).paths == ("dvc/f.csv",)
    assert fraud.dvc_push(path.relative_to(repo)).paths == ("dvc/f.csv",)
    path.unlink()
    assert fraud.dvc_pull(path.relative_to(repo)).paths == ("dvc/f.csv",)


def test_each_file_is_tracked_by_itself_where_asked(fraud: MLOpsClient) -> None:
    write(fraud, "d/1.txt", "1")
    write(fraud, "d/2.txt", "2")
    assert fraud.dvc_add("dvc/d", recursive=True).paths == ("dvc/d/1.txt", "dvc/d/2.txt")


def test_what_changed_is_said(fraud: MLOpsClient) -> None:
    write(fraud, "f.csv", "f")
    fraud.dvc_add("dvc/f.csv")
    assert fraud.dvc_status(remote=True).not_pushed == ("dvc/f.csv",)
    write(fraud, "f.csv", "changed")
    status = fraud.dvc_status()
    assert (status.clean, status.changes) == (False, {"dvc/f.csv": "modified"})
    with pytest.raises(MLOpsClientError, match="--force"):
        fraud.dvc_pull()
    fraud.dvc_pull(force=True)
    assert (fraud.workspace.dvc_path / "f.csv").read_text() == "f"


def test_the_data_have_a_version(fraud: MLOpsClient) -> None:
    assert fraud.provenance().data_version is None
    write(fraud, "f.csv", "f")
    fraud.dvc_add("dvc/f.csv")
    first = fraud.provenance().data_version
    write(fraud, "f.csv", "g")
    fraud.dvc_add("dvc/f.csv")
    assert None is not first != fraud.provenance().data_version


def test_what_is_outside_is_refused_with_the_remedy(
    fraud: MLOpsClient, churn: MLOpsClient, repo: Path
) -> None:
    stray = repo / "stray.csv"
    stray.write_text("x")
    remedy = f"copy it to {fraud.workspace.dvc_path}/ and add it there"
    with pytest.raises(MLOpsClientError, match="is outside of") as raised:
        fraud.dvc_add(stray)
    assert str(raised.value).endswith(remedy)
    theirs = write(churn, "c.csv", "c")
    with pytest.raises(MLOpsClientError, match="belongs to the project 'churn'"):
        fraud.dvc_add(theirs)
    link = fraud.workspace.dvc_path / "link.csv"
    link.symlink_to(theirs)
    with pytest.raises(MLOpsClientError, match="belongs to the project 'churn'"):
        fraud.dvc_add(link)
    assert fraud.get_status().dvc.counts == churn.get_status().dvc.counts == {"tracked": 0}


def test_the_repositorys_own_dvc_may_be_the_projects(repo: Path, client: Open) -> None:
    from dvc.repo import Repo

    Repo.init(str(repo)).close()
    (repo / "data").mkdir()
    (repo / "data" / "raw.csv").write_text("x")
    fraud = client()
    with pytest.raises(MLOpsClientError) as raised:
        fraud.dvc_add(repo / "data" / "raw.csv")
    assert str(raised.value).endswith(
        f"; or, if {repo} is the DVC repository of this project, let dvc_repo_path name it in"
        f" {fraud.workspace_path / 'workspace.yaml'}"
    )
    fraud.workspace.dvc_repo_path = "."
    fraud.workspace.save_metadata()
    assert client().dvc_add(repo / "data" / "raw.csv").paths == ("data/raw.csv",)


def test_a_repository_over_all_projects_does_not_make_anothers_data_ones_own(
    repo: Path, churn: MLOpsClient
) -> None:
    from dvc.repo import Repo

    Repo.init(str(repo)).close()
    manager = WorkspaceManager(repo_root=repo)
    manager.create_workspace("fraud", dvc_repo_path=".")
    fraud = MLOpsClient("fraud", workspace_manager=manager)
    own = "mlops/workspace/fraud/dvc/f.csv"
    write(fraud, "f.csv", "f")
    assert fraud.dvc_add(own).paths == (own,)
    assert fraud.dvc_push().remote == str(repo / "mlops" / "workspace" / ".remotes" / "fraud")
    with pytest.raises(MLOpsClientError, match="belongs to the project 'churn'"):
        fraud.dvc_add(write(churn, "c.csv", "c"))


def test_what_is_missing_or_empty_is_refused(fraud: MLOpsClient) -> None:
    with pytest.raises(MLOpsClientError, match="There is nothing to track at"):
        fraud.dvc_add("dvc/missing.csv")
    (fraud.workspace.dvc_path / "empty").mkdir()
    with pytest.raises(MLOpsClientError, match="is an empty directory"):
        fraud.dvc_add("dvc/empty", recursive=True)
    with pytest.raises(MLOpsClientError, match="DVC refused it: "):
        fraud.dvc_push("nope")
    with pytest.raises(MLOpsClientError, match="remote 'nope' doesn't exist"):
        fraud.dvc_push(remote="nope")


def test_a_remote_that_has_lost_the_data_is_one_error(fraud: MLOpsClient) -> None:
    path = write(fraud, "f.csv", "f")
    fraud.dvc_add("dvc/f.csv")
    path.unlink()
    shutil.rmtree(fraud.workspace_path / ".dvc" / "cache")
    with pytest.raises(MLOpsClientError, match=r"DVC refused it: .*dvc/f\.csv") as raised:
        fraud.dvc_pull()
    assert "\x1b" not in str(raised.value)


def test_collecting_garbage_in_one_project_leaves_anothers_data(client: Open) -> None:
    fraud, churn = client("fraud"), client("churn")
    for each in (fraud, churn):
        write(each, "data.csv", each.project_name)
        each.dvc_add("dvc/data.csv")
        each.dvc_push()
    # The case that lost data: both remotes one URL, and `dvc gc -w -c -f` in one of the two.
    fraud.workspace.dvc.repo.gc(workspace=True, cloud=True, force=True)
    fraud.workspace.dvc.close()
    shutil.rmtree(churn.workspace_path / ".dvc" / "cache")
    (churn.workspace.dvc_path / "data.csv").unlink()
    assert churn.dvc_pull().paths == ("dvc/data.csv",)
    assert (churn.workspace.dvc_path / "data.csv").read_text() == "churn"


def test_the_manifests_remote_is_the_one_that_is_used(repo: Path, tmp_path: Path) -> None:
    manager = WorkspaceManager(repo_root=repo)
    manager.create_workspace("fraud")
    manager.update_workspace_metadata("fraud", dvc_remote_path=str(tmp_path / "elsewhere"))
    fraud = MLOpsClient("fraud", workspace_manager=manager)
    write(fraud, "f.csv", "f")
    fraud.dvc_add("dvc/f.csv")
    assert fraud.dvc_push().remote == str(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / "files").is_dir()


PUSH_ON_A_FULL_DISK = """
import resource, signal, sys
sys.dont_write_bytecode = True  # a module that the limit cuts off is taken for whole
from pytest_mlops_ws import MLOpsClient, MLOpsClientError
client = MLOpsClient.from_project("fraud", sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, resource.RLIM_INFINITY))
try:
    client.dvc_push()
except MLOpsClientError as error:
    print(error.exit_status, error)
"""


def test_a_disk_that_is_full_halfway_is_one_error_and_the_next_push_goes_on(
    fraud: MLOpsClient, repo: Path
) -> None:
    write(fraud, "small.csv", "s")
    write(fraud, "large.csv", "l" * 30_000_000)
    fraud.dvc_add("dvc/small.csv")
    fraud.dvc_add("dvc/large.csv")
    remote = repo / "mlops" / "workspace" / ".remotes" / "fraud"
    command = [sys.executable, "-c", PUSH_ON_A_FULL_DISK, str(repo)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "4 DVC refused it: 1 files failed to upload ([Errno 27] File too large: "
    )
    assert done.stdout.endswith("); what arrived is whole, so the same call again goes on\n")
    assert [path for path in remote.rglob("*") if path.is_file() and _torn(path)] == []
    fraud.dvc_push()
    assert fraud.dvc_status(remote=True).clean


def _torn(path: Path) -> bool:
    content = path.read_bytes()
    name = path.parent.name + path.name
    return len(name) == 32 and hashlib.md5(content, usedforsecurity=False).hexdigest() != name


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A real S3 API on loopback."""
    server_module = pytest.importorskip("moto.server")
    pytest.importorskip("dvc_s3")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "key-of-the-test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.delenv("AWS_PROFILE", raising=False)
        import boto3

        boto3.client("s3").create_bucket(Bucket="data")
        yield "s3://data"
    server.stop()


def s3_client(repo: Path, url: str, name: str = "fraud") -> MLOpsClient:
    manager = WorkspaceManager(repo_root=repo)
    manager.get_or_create_workspace(name, dvc_remote_path=url)
    return MLOpsClient(name, workspace_manager=manager)


def test_a_remote_on_s3_is_each_projects_own(repo: Path, bucket: str) -> None:
    clients = [s3_client(repo, f"{bucket}/{name}", name) for name in ("fraud", "churn")]
    for each in clients:
        write(each, "data.csv", each.project_name)
        each.dvc_add("dvc/data.csv")
        pushed = each.dvc_push()
        assert (pushed.count, pushed.remote) == (1, f"{bucket}/{each.project_name}")
    fraud, churn = clients
    fraud.workspace.dvc.repo.gc(workspace=True, cloud=True, force=True)
    fraud.workspace.dvc.close()
    shutil.rmtree(churn.workspace_path / ".dvc" / "cache")
    (churn.workspace.dvc_path / "data.csv").unlink()
    assert churn.dvc_pull().paths == ("dvc/data.csv",)


def test_a_bucket_that_is_not_there_is_one_error(repo: Path, bucket: str) -> None:
    del bucket
    fraud = s3_client(repo, "s3://missing/fraud")
    write(fraud, "data.csv", "x")
    fraud.dvc_add("dvc/data.csv")
    with pytest.raises(MLOpsClientError, match="bucket") as raised:
        fraud.dvc_push()
    assert "secret-of-the-test" not in str(raised.value)


def test_missing_credentials_are_one_error(
    repo: Path, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    fraud = s3_client(repo, f"{bucket}/without")
    write(fraud, "data.csv", "x")
    fraud.dvc_add("dvc/data.csv")
    with pytest.raises(MLOpsClientError, match=r"(?i)credentials") as raised:
        fraud.dvc_push()
    assert raised.value.exit_status == 4


@pytest.fixture
def keys(bucket: str) -> Iterator[dict[str, tuple[str, str]]]:
    """Keys that the server knows, and whether they may do anything; from here on it asks."""
    import boto3
    from moto.core import enable_iam_authentication

    iam = boto3.client("iam")
    found = {}
    for name in ("allowed", "denied"):
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        found[name] = (key["AccessKeyId"], key["SecretAccessKey"])
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
    iam.put_user_policy(UserName="allowed", PolicyName="all", PolicyDocument=json.dumps(policy))
    with enable_iam_authentication():
        yield found
    for name, (key_id, _) in found.items():
        iam.delete_access_key(UserName=name, AccessKeyId=key_id)
    iam.delete_user_policy(UserName="allowed", PolicyName="all")
    for name in found:
        iam.delete_user(UserName=name)


@pytest.mark.parametrize("wrong", ["unknown", "not its secret", "denied"])
def test_wrong_credentials_are_one_error_and_not_shown(
    repo: Path,
    bucket: str,
    keys: dict[str, tuple[str, str]],
    wrong: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    identity, secret = {
        "unknown": ("AKIAUNKNOWNUNKNOWN00", "secret-of-nobody"),
        "not its secret": (keys["allowed"][0], "secret-that-is-wrong"),
        "denied": keys["denied"],
    }[wrong]
    fraud = s3_client(repo, f"{bucket}/{wrong.replace(' ', '-')}")
    write(fraud, "data.csv", "x")
    fraud.dvc_add("dvc/data.csv")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", identity)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    with pytest.raises(MLOpsClientError) as raised:
        fraud.dvc_push()
    error = raised.value
    assert (error.operation, error.component, error.exit_status) == ("dvc_push", "dvc", 4)
    assert re.search(r"(?i)forbidden|denied|credentials|signature|access key", str(error))
    for hidden in (secret, identity):
        assert hidden not in f"{error!s} {error.details}"
    # With the right ones the same call goes on.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys["allowed"][0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys["allowed"][1])
    assert fraud.dvc_push().count == 1


def test_a_secret_in_a_remotes_url_is_not_shown(repo: Path) -> None:
    fraud = s3_client(repo, "webdavs://user:s3cret@127.0.0.1:9/data")
    assert "s3cret" not in repr(fraud.get_status().dvc)
    write(fraud, "data.csv", "x")
    fraud.dvc_add("dvc/data.csv")
    with pytest.raises(MLOpsClientError) as raised:
        fraud.dvc_push()
    assert "s3cret" not in str(raised.value)
