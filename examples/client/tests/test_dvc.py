"""DVC through the client, from whatever directory."""

import pytest

from pytest_mlops_ws import MLOpsClientError


def test_data_come_back(mlops_client):
    path = mlops_client.get_workspace_path("dvc") / "train.csv"
    path.write_text("a,b\n")
    added = mlops_client.dvc_add("dvc/train.csv")
    assert mlops_client.dvc_push().paths == added.paths == ("dvc/train.csv",)
    path.unlink()
    assert mlops_client.dvc_pull().success
    assert path.read_text() == "a,b\n"


def test_what_is_not_the_projects_is_refused(mlops_client, tmp_path):
    (tmp_path / "stray.csv").write_text("a,b\n")
    with pytest.raises(MLOpsClientError, match="copy it to"):
        mlops_client.dvc_add(tmp_path / "stray.csv")
