"""BentoML through the client: a store of the project's own."""

import bentoml


def test_a_stored_model_is_the_projects(mlops_client, tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"0123")
    deployed = mlops_client.deploy_model(tmp_path / "weights.bin", "embedder", "v1")
    assert deployed.tag == f"{mlops_client.project_name}--embedder:v1"
    assert deployed.labels["project"] == mlops_client.project_name
    # Plain BentoML sees the same store, and nothing else.
    assert [str(model.tag) for model in bentoml.models.list()] == [deployed.tag]
    loaded = mlops_client.workspace.bentoml.load(
        "embedder", loader=lambda path: (path / "weights.bin").read_bytes()
    )
    assert loaded == b"0123"
