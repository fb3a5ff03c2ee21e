"""What leaves the archive whole: the chain of checksums, the proofs, open data, packages."""
