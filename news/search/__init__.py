"""From what a reader types to the releases that hold it.

`parse` understands a query, `search` answers it, `index` is kept by the door.
"""
