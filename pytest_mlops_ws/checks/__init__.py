"""Static isolation: what is written down in a repository, and whose it is.

`run` is the entrance. A repository's files are listed and each is read once (`files`); manifests
become projects (`project`) of one whole (`workspaces`); what each project claims is put side by
side (`claims`), and the rules of ``rules/`` say what is wrong.
"""
