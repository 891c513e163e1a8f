"""Jobs: work on rosters that takes longer than a request should wait. The live line shows their progress.

Jobs live as long as the process, whose mark begins their ids: of a job of another process it is said that it is lost. A
request that is repeated under its `Idempotency-Key` gets the job that it began.
"""

import hashlib
import re
import uuid
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Literal

from infra.edges.problems import UsageError, problem_of
from infra.edges.results import to_json
from infra.http.feed import LiveFeed, Message, wire
from infra.http.problems import document, reported
from infra.settings import Language

WORKERS = 2
MOST_KEPT = 200

JOB_ID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{32}", re.ASCII)
"""An id: the mark of the process, and what names the job in it."""

State = Literal["waiting", "running", "done", "refused"]

OnProgress = Callable[[int, int | None], None]
JobFunction = Callable[[OnProgress], Any]
"""Does the job and returns its result in plain data; it tells how much is done, and of how much."""


@dataclass(slots=True)
class Job:
    """One job of one account. `error` is why it was refused."""

    job_id: str
    account_id: str
    operation: str
    state: State = "waiting"
    done: int = 0
    total: int | None = None
    result: Any = None
    error: BaseException | None = None
    ended: Event = field(default_factory=Event)

    def payload(self, language: Language, request_id: str) -> dict[str, Any]:
        """Return the job as JSON has it, its problem in the language of the reader."""
        plain: dict[str, Any] = {
            "job_id": self.job_id,
            "operation": self.operation,
            "state": self.state,
            "done": self.done,
            "total": self.total,
        }
        if self.error is not None:
            problem, status = reported(self.error, language, request_id)
            plain["problem"] = document(problem, status, language, request_id)
        elif self.state == "done":
            plain["result"] = self.result
        return plain


class Jobs:
    """The jobs of a process. Threads share it."""

    def __init__(self, feed: LiveFeed) -> None:
        self._feed = feed
        self._mark = uuid.uuid4().hex[:8]
        self._guard = Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="job")

    def begin(self, operation: str, account_id: str, key: str | None, work: JobFunction) -> Job:
        """Begin a job, or return the one that was begun under the same key of the same account.

        UsageError `command-id-reused` if that was another operation.
        """
        job_id = f"{self._mark}-{uuid.uuid4().hex if key is None else name_of(account_id, key)}"
        with self._guard:
            known = self._jobs.get(job_id)
            if known is not None:
                if known.operation != operation:
                    raise UsageError("command-id-reused", command_id=str(key))
                return known
            job = self._jobs[job_id] = Job(job_id, account_id, operation)
            self._forget_oldest()
        self._workers.submit(self._run, job, work)
        return job

    def find(self, job_id: str, account_id: str) -> Job:
        """Return a job of an account.

        UsageError `job-unknown`, or `job-lost` where another process began it, and may have ended before it was done.
        """
        with self._guard:
            job = self._jobs.get(job_id)
        shape = JOB_ID.fullmatch(job_id)
        if shape is not None and shape[1] != self._mark:
            raise UsageError("job-lost", job=job_id)
        if job is None or job.account_id != account_id:
            raise UsageError("job-unknown", job=job_id)
        return job

    def close(self) -> None:
        """Begin no more jobs; wait for those under way."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _forget_oldest(self) -> None:
        for job_id in [job_id for job_id, job in self._jobs.items() if job.ended.is_set()]:
            if len(self._jobs) <= MOST_KEPT:
                return
            del self._jobs[job_id]

    def _run(self, job: Job, work: JobFunction) -> None:
        def on_progress(done: int, total: int | None) -> None:
            job.done, job.total = done, total
            self._tell(job)

        job.state = "running"
        self._tell(job)
        try:
            job.result = work(on_progress)
            job.state = "done"
        except Exception as error:
            job.error, job.state = error, "refused"
            if problem_of(error, "en") is None:
                reported(error, "en", job.job_id)
        finally:
            job.ended.set()
            self._tell(job)

    def _tell(self, job: Job) -> None:
        text = to_json({"job_id": job.job_id, "state": job.state, "done": job.done, "total": job.total})
        self._feed.tell(Message(wire=wire("job", text), account_id=job.account_id))


def name_of(account_id: str, key: str) -> str:
    """Return what names the job that an account begins under a key."""
    return hashlib.sha256(f"{account_id}\0{key}".encode()).hexdigest()[:32]
