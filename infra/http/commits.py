"""Commands of many requests: those that wait together are decided in one commit, and followed once."""

from collections.abc import Sequence

from infra.command_handler import Answer, CommandRequest
from infra.group_commit import GroupCommit
from infra.system import System


class FollowedCommits(GroupCommit):
    """Executes the commands of many threads in shared commits; rows and reactions follow before they are answered."""

    def __init__(self, system: System) -> None:
        super().__init__(system.store, region=system.region)
        self._system = system

    def _execute_all(self, requests: Sequence[CommandRequest]) -> Sequence[Answer | BaseException]:
        return self._system.execute_all(requests)
