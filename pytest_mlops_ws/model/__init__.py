"""The words everything else is written in: names, errors, positions, the spec of a workspace.

Standard library only.
"""
