"""``workspace.yaml`` as text: its places, its schema, what it says, and changing that.

Bytes go through `document` (to `nodes` with places), `validation` (against the schema) and `codec`
(to typed data); `emit` and `edit` are the way back, and `file` is both on the disk.
"""
