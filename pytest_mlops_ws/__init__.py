"""pytest-mlops-ws."""
