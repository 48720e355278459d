"""Proof: rebuild, verify, as-of, Merkle tree, exports."""
