"""Errors of every database behind Jiayi: it is away, it is not ours, or it is newer than this program."""


class StoreError(Exception):
    """The database cannot do its work now: it is away, holds a lock for too long, or its disk is broken."""


class UnfitStoreError(StoreError):
    """The database is not ours or is addressed wrongly: waiting does not mend that."""


class NewerStoreError(UnfitStoreError):
    """A newer program than this one wrote the database."""
