"""Rosters over HTTP: the functions of the command line, in the served system; what takes long is a job."""
