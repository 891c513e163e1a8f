"""Stop criteria. Rosters stop by counted work, never by a clock, so that the same problem has the same roster."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MaxIterations:
    """Stops a search after a number of moves."""

    iterations: int

    def shares(self, parts: int) -> list[int]:
        """Return the moves of each of several restarts: equal parts, the first ones take what is left over."""
        return [self.iterations // parts + (1 if part < self.iterations % parts else 0) for part in range(parts)]

    def spread(self, steps: int) -> list[int]:
        """Return the moves of each of several steps, spread evenly by rounding down their running total."""
        return [self.iterations * (step + 1) // steps - self.iterations * step // steps for step in range(steps)]


@dataclass(frozen=True, slots=True)
class MaxSeconds:
    """Stops a benchmark run after seconds of a clock; they are converted to iterations first. No roster uses it."""

    seconds: float


@dataclass(slots=True)
class WorkLimit:
    """Stops a proof when its deterministic seconds are spent: CP-SAT's own count of work, and counted steps of ours."""

    seconds: float

    @property
    def reached(self) -> bool:
        """Is there no work left?"""
        return self.seconds <= 0

    def spend(self, seconds: float) -> None:
        """Take work off what is left."""
        self.seconds -= seconds
