"""Pages of the docs that are written by the code, so that they cannot say anything else."""
