"""Answers of a database that are no errors of the program."""


class Unavailable(Exception):  # noqa: N818 -- the database is away; it comes back
    """The database cannot answer now, or the connection was lost: nothing was written, try again."""


class Unwritable(Exception):  # noqa: N818 -- an answer about rows, not an error of the program
    """The database does not take these rows, now or later: a NUL in a text, a number beyond its range."""
