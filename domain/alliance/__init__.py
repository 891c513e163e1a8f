"""An alliance: a leading hospital sends experts down to the institutions around it, operates, lectures and trains (A8).

What an alliance did is counted per period: experts, clinics, operations, lectures, people trained.
"""

from domain.alliance.decisions import ALLIANCE

__all__ = ["ALLIANCE"]
