"""``workspace.yaml`` as text: its places, its schema, what it says, and changing that.

Bytes go through `document` (nodes with places), `validation` (against the schema), `codec` (typed
data); `emit` and `edit` are the way back, and `file` is both on the disk.
"""
