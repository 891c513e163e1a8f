"""The command line: an edge over the tables of commands and questions."""
