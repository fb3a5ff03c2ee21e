"""The read API: what the pages say, for programs. It reads the record and writes nothing."""
