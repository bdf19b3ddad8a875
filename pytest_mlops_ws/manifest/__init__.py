"""``workspace.yaml`` as text: its places, its schema, what it says, and changing that.

Bytes go through `reading`. A good file's are taken as `values`, which the schema's closures
(`acceptance`) accept; any other becomes a `document` of `nodes` with places, which `validation`
judges and `complaints` tells in words. `data` is what a manifest says, typed; `emit`, `edit` and
`fixes` are the way back, and `file` is both on the disk.
"""
