"""What is seen while a manifest is read (WS1xx, WS2xx), told about.

The reader itself reports it, so these modules have no ``check``, and a run does not import them.
Their ids are those of `pytest_mlops_ws.manifest.rules`.
"""
