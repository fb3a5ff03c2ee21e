"""Releases of other sites, read and brought into the archive."""
