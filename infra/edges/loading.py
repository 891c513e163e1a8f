"""Modules are loaded when they are needed: a help page loads no domain, a question no solver."""

from importlib import import_module
from typing import Any


def load(path: str) -> Any:
    """Return what stands at `module:name`, after importing the module."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
