"""What is written in DVC's files, without DVC: its import costs more than the whole check.

`facts` is the entrance. ``.dvc/config`` becomes remotes and a cache (`config`, `storage`);
``dvc.yaml``, ``dvc.lock`` and ``*.dvc`` become references to paths and URLs (`pipelines`,
`datafiles`, with `templates` for what stands in ``${…}``); `reaches` says which of them lead into
another project. What cannot be decided is said, never guessed; commands are not looked at.
"""
