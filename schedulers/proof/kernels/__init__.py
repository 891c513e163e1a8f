"""Compiled kernels of the proofs."""
