"""A team-day in CP-SAT: one circuit for each member over the services they may do, and every tier as a linear cost.

Schedules of the model are decoded by the search, so what is proved is what is published.

Source: OR-Tools CP-SAT, circuit constraints with optional nodes and no-overlap intervals
(https://developers.google.com/optimization/cp/cp_solver).
"""

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise, permutations, product
from math import ceil

from ortools.sat.python import cp_model

from schedulers.limits import known_place, minutes_to_call, sharing
from schedulers.problem import Demand, Member
from schedulers.proof.columns import DAY_END
from schedulers.rules import earliest_begin, gap_of, is_stranger, pin_of, urgency, work_intervals
from schedulers.search.decode_kernel import FROM_TARGET
from schedulers.search.search import DaySearch, Plan
from schedulers.tiers import MEMBER_CHANGE, MINUTE, Tier, require_every_tier

DEPOT = -1

Cost = cp_model.LinearExpr

OnBound = Callable[[int, int], None]
"""Called with the incumbent's cost and a bound of it, whenever one of them improves."""


def total(terms: list[Cost]) -> Cost:
    """Return the sum of the terms, 0 if there are none."""
    return cp_model.LinearExpr.sum(terms)


class DaySolver(cp_model.CpSolver):
    """A solver that keeps how it ended: one worker and counted work, so that it always ends the same way.

    The columns of `schedulers.proof.column_hints` bound better than the circuits' cuts, so the solver spends its work
    on conflicts: without level 2 of linearisation and without probing it needs half of it or less (measured).
    """

    solved = proved = False

    def __init__(self, deterministic: float) -> None:
        super().__init__()
        self.parameters.num_workers = 1
        self.parameters.random_seed = 1
        self.parameters.linearization_level = 1
        self.parameters.cp_model_probing_level = 0
        self.parameters.symmetry_level = 0
        self.parameters.use_strong_propagation_in_disjunctive = True
        self.parameters.use_dynamic_precedence_in_disjunctive = True
        self.parameters.use_precedences_in_disjunctive_constraint = True
        self.parameters.max_deterministic_time = deterministic


class _BoundReporter(cp_model.CpSolverSolutionCallback):
    """Reports the progress of a solver."""

    def __init__(self, cost: int, on_bound: OnBound) -> None:
        super().__init__()
        self.cost, self.least, self.on_bound = cost, 0, on_bound

    def on_solution_callback(self) -> None:
        self.cost = round(self.objective_value)
        self.on_bound(self.cost, self.least)

    def on_best_bound(self, bound: float) -> None:
        self.least = max(self.least, ceil(bound - 1e-6))
        self.on_bound(self.cost, self.least)


class DayModel:
    """A team-day as a CP-SAT model; `limited` keeps the limit of moved published visits."""

    def __init__(self, state: DaySearch, *, limited: bool = True) -> None:
        self.state, self.problem, self.model = state, state.problem, cp_model.CpModel()
        model, services = self.model, range(len(state.services))
        self.members = list(enumerate(self.problem.members))
        self.placed = [model.new_bool_var(f"placed {d}") for d in range(len(self.problem.demands))]
        self.able = {v: [c for c, _ in self.members if state.able[c, v]] for v in services}
        self.goes = {(v, c): model.new_bool_var(f"{v} by {c}") for v in services for c in self.able[v]}
        self.start = [self._start(v) for v in services]
        self.arcs: dict[tuple[int, int, int], cp_model.IntVar] = {}
        self.overtime = {c: model.new_int_var(0, DAY_END, f"overtime {c}") for c, _ in self.members}
        for d, demand in enumerate(self.problem.demands):
            self._demand(d, demand)
        for c, member in self.members:
            self._route(c, member)
        self.never = model.new_constant(0)
        self.tiers = {
            Tier.UNPLACED: self._unplaced(),
            Tier.CONTINUITY: self._continuity(),
            Tier.DISRUPTION: self._disruption(),
            Tier.TARDINESS: self._tardiness(),
            Tier.TRAVEL: self._travel(),
            Tier.FAIRNESS: self._fairness(),
            Tier.WISH: self._wish(),
            Tier.URGENT: self._urgent(),
            Tier.IMBALANCE: self._imbalance(),
        }
        require_every_tier(self.tiers, "cost in the CP-SAT model")
        self.moved = self._moved()
        if limited and self.problem.most_moved is not None:
            model.add(self.moved <= self.problem.most_moved)

    def _demand_of(self, v: int) -> tuple[Demand, int]:
        d, j = self.state.services[v]
        return self.problem.demands[d], j

    def _pin(self, v: int) -> int | None:
        pin = pin_of(*self._demand_of(v))
        return None if pin is None else pin.start

    def _start(self, v: int) -> cp_model.IntVar:
        pin, opens = self._pin(v), self._demand_of(v)[0].opens
        return self.model.new_int_var(opens if pin is None else pin, DAY_END if pin is None else pin, f"start {v}")

    def seconds(self, v: int) -> int:
        """Return the duration of a service in seconds."""
        demand, j = self._demand_of(v)
        return demand.services[j].seconds

    def _demand(self, d: int, demand: Demand) -> None:
        model, first = self.model, self.state.first[d]
        for v in range(first, first + len(demand.services)):
            model.add(sum(self.goes[v, c] for c in self.able[v]) == self.placed[d])
        if self.state.is_pinned(d):
            model.add(self.placed[d] == 1)
            return
        least, most = gap_of(demand)
        for v, w in combinations(range(first, first + len(demand.services)), 2):
            if self._pin(v) is not None and self._pin(w) is not None:
                continue
            if w == v + 1:
                gap = self.start[w] - self.start[v]
                model.add_linear_constraint(gap, least, most).only_enforce_if(self.placed[d])
            for c, e in product(self.able[v], self.able[w]):
                if self.state.day.apart[c, e]:
                    model.add_at_most_one(self.goes[v, c], self.goes[w, e])

    def leg(self, member: Member, v: int, w: int) -> int:
        """Return the seconds of travel between two services, or from or to DEPOT."""
        i = member.start_place if v == DEPOT else self._demand_of(v)[0].place
        j = member.end_place if w == DEPOT else self._demand_of(w)[0].place
        return self.problem.travel[member.mode][i][j]

    def _route(self, c: int, member: Member) -> None:
        model, mine = self.model, [v for v in self.able if c in self.able[v]]
        idle = model.new_bool_var(f"idle {c}")
        arcs: list[tuple[int, int, cp_model.LiteralT]] = [(0, 0, idle)]
        node = {DEPOT: 0} | {v: i + 1 for i, v in enumerate(mine)}
        for v in mine:
            arcs.append((node[v], node[v], ~self.goes[v, c]))
            model.add_implication(self.goes[v, c], ~idle)
            self._inside_work(v, c, member)
        for v in (DEPOT, *mine):
            for w in (DEPOT, *mine):
                if v != w and self._in_order(v, w):
                    literal = self.arcs[v, w, c] = model.new_bool_var(f"{c}: {v} to {w}")
                    arcs.append((node[v], node[w], literal))
                    self._time_of_leg(member, c, v, w)
        model.add_circuit(arcs)
        self._intervals(c, member)

    def _in_order(self, v: int, w: int) -> bool:
        if DEPOT in (v, w):
            return True
        before, after = self._pin(v), self._pin(w)
        return self.state.services[v][0] != self.state.services[w][0] and (
            before is None or after is None or before <= after
        )

    def _inside_work(self, v: int, c: int, member: Member) -> None:
        if self._pin(v) is not None:
            return
        choices = []
        for i, (begins, ends) in enumerate(work_intervals(member)):
            inside = self.model.new_bool_var(f"{v} in interval {i} of {c}")
            self.model.add(self.start[v] >= begins).only_enforce_if(inside)
            self.model.add(self.start[v] + self.seconds(v) <= ends).only_enforce_if(inside)
            choices.append(inside)
        self.model.add_bool_or(*choices, ~self.goes[v, c])

    def _free(self, v: int, c: int) -> Cost | int:
        """Return when the member is free behind service v; pinned services may overlap."""
        pin = self._pin(v)
        if pin is None:
            return self.start[v] + self.seconds(v)
        others = [(self._pin(w), w) for w in self.able if self.able[w] == [c]]
        return max(start + self.seconds(w) for start, w in others if start is not None and start <= pin)

    def _time_of_leg(self, member: Member, c: int, v: int, w: int) -> None:
        """Fit a leg into a working interval between two services, unless both are pinned."""
        pinned = (v == DEPOT or self._pin(v) is not None, w == DEPOT or self._pin(w) is not None)
        literal, leg = self.arcs[v, w, c], self.leg(member, v, w)
        free = 0 if v == DEPOT else self._free(v, c)
        if w == DEPOT:
            self._overtime(member, c, v, free)
        if pinned == (True, True):
            return
        if w != DEPOT and v != DEPOT:
            self.model.add(self.start[w] >= free + leg).only_enforce_if(literal)
        choices: list[cp_model.LiteralT] = []
        for i, (begins, ends) in enumerate(work_intervals(member)):
            if ends - begins < leg:
                continue
            inside = self.model.new_bool_var(f"{c}: {v} to {w} in {i}") if len(member.works) > 1 else literal
            choices.append(inside)
            if v != DEPOT:
                self.model.add(free + leg <= ends).only_enforce_if(inside)
            if w != DEPOT:
                self.model.add(self.start[w] >= begins + leg).only_enforce_if(inside)
        self.model.add_bool_or(*choices, ~literal)

    def _overtime(self, member: Member, c: int, v: int, free: Cost | int) -> None:
        if not member.works or v == DEPOT:
            return
        literal, leg, end = self.arcs[v, DEPOT, c], self.leg(member, v, DEPOT), member.works[-1][1]
        if isinstance(free, int):
            begin = earliest_begin(member, free, leg)
            over = max(0, (free if begin is None else begin) + leg - end)
            self.model.add(self.overtime[c] >= over).only_enforce_if(literal)
        else:
            self.model.add(self.overtime[c] >= free + leg - end).only_enforce_if(literal)

    def _moved(self) -> Cost:
        """Return the number of published demands that moved or are left out."""
        terms: list[Cost] = []
        for d, demand in enumerate(self.problem.demands):
            if demand.previous:
                kept = self.model.new_bool_var(f"{d} stays")
                for j, previous in enumerate(demand.previous[: len(demand.services)]):
                    v = self.state.first[d] + j
                    same = self.goes.get((v, self.state.index.get(previous.member_id, DEPOT)))
                    self.model.add_implication(kept, self.never if same is None else same)
                    self.model.add(self.start[v] == previous.start).only_enforce_if(kept)
                terms.append(1 - kept)
        return total(terms)

    def _unplaced(self) -> Cost:
        pairs = zip(self.problem.demands, self.placed, strict=True)
        return total([urgency(demand) * (1 - placed) for demand, placed in pairs])

    def _continuity(self) -> Cost:
        terms: list[Cost] = []
        for (v, c), literal in self.goes.items():
            demand, j = self._demand_of(v)
            if is_stranger(demand.services[j], self.problem.members[c].id):
                terms.append(1 * literal)
        return total(terms)

    def _distance(self, v: int, low: int, high: int, unit: int = 1) -> Cost:
        """Return the whole units by which a placed service starts outside of [low, high]."""
        away = self.model.new_int_var(0, DAY_END, f"{v} outside of {low}-{high}")
        placed = self.placed[self.state.services[v][0]]
        self.model.add(unit * away + unit - 1 >= self.start[v] - high).only_enforce_if(placed)
        self.model.add(unit * away + unit - 1 >= low - self.start[v]).only_enforce_if(placed)
        return 1 * away

    def _disruption(self) -> Cost:
        terms: list[Cost] = []
        for v in self.able:
            demand, j = self._demand_of(v)
            if j < len(demand.previous):
                previous = demand.previous[j]
                same = self.goes.get((v, self.state.index.get(previous.member_id, DEPOT)))
                terms.append(MEMBER_CHANGE * (1 - (self.never if same is None else same)))
                terms.append(self._distance(v, previous.start, previous.start, MINUTE))
        return total([*terms, *self._calls()])

    def _calls(self) -> Iterator[Cost]:
        """Yield the minutes of a call about each demand of which its resident knows a place."""
        for d, demand in enumerate(self.problem.demands):
            known, minutes = known_place(demand), minutes_to_call(demand, self.problem.calls)
            if known is None or not minutes:
                continue
            first, (earliest, latest) = self.state.first[d], self.state.known_span(d)
            quiet = self.model.new_bool_var(f"{d} needs no call")
            self.model.add_implication(quiet, self.placed[d])
            self.model.add_linear_constraint(self.start[first], earliest, latest).only_enforce_if(quiet)
            for v in range(first, first + len(demand.services)):
                expected = (self.goes.get((v, self.state.index.get(name, DEPOT))) for name in known.member_ids)
                self.model.add_bool_or([literal for literal in expected if literal is not None]).only_enforce_if(quiet)
            yield minutes * (1 - quiet)

    def _tardiness(self) -> Cost:
        late = [self._distance(v, -DAY_END, self._demand_of(v)[0].closes) for v in self.able]
        return total(late + [1 * over for over in self.overtime.values()])

    def _urgent(self) -> Cost:
        limits = self.problem.limits if Tier.URGENT in self.state.order else None
        if limits is None:
            return total([])
        late = [self._distance(v, -DAY_END, self.state.urgent_closes(v)) for v in self.able]
        for c, over in self.overtime.items():
            beyond = self.model.new_int_var(0, DAY_END, f"overtime of {c} beyond the limit")
            self.model.add(beyond >= over - limits.overtime)
            late.append(1 * beyond)
        return total(late)

    def _travel(self) -> Cost:
        members = self.problem.members
        return total([self.leg(members[c], v, w) * literal for (v, w, c), literal in self.arcs.items()])

    def _fairness(self) -> Cost:
        terms: list[Cost] = []
        whole = sum(self.seconds(v) for v in self.able)
        for role in sorted({role for _, member in self.members if member.works for role in member.roles}):
            low = self.model.new_int_var(0, whole, f"least of {role}")
            high = self.model.new_int_var(0, whole, f"most of {role}")
            for c, member in self.members:
                if member.works and role in member.roles:
                    self.model.add(low <= self._load(c))
                    self.model.add(high >= self._load(c))
            terms.append(high - low)
        return total(terms)

    def _load(self, c: int) -> Cost:
        """Return the seconds of service of a member."""
        return total([self.seconds(v) * self.goes[v, c] for v in self.able if (v, c) in self.goes])

    def _imbalance(self) -> Cost:
        terms: list[Cost] = []
        whole, ahead = sum(self.seconds(v) for v in self.able), self.state.day.ahead
        for mine in sharing(self.problem.members) if ahead.shape[0] else ():
            worst = self.model.new_int_var(0, whole, "out of balance")
            for c, e in permutations(mine, 2):
                self.model.add(worst >= self._load(c) - self._load(e) - int(ahead[c, e]))
            terms.append(1 * worst)
        return total(terms)

    def _wish(self) -> Cost:
        demands = enumerate(self.problem.demands)
        return total([self._distance(self.state.first[d], *demand.wish) for d, demand in demands if demand.wish])

    def hold(self, tier: Tier, cost: int) -> None:
        """Let a tier cost no more than `cost` from now on."""
        self.model.add(self.tiers[tier] <= cost)

    def _intervals(self, c: int, member: Member) -> None:
        """Let a member do one service at a time, and none between working intervals."""
        if any(self._pin(v) is not None for v in self.able):
            return
        model = self.model
        busy = [
            model.new_optional_fixed_size_interval_var(self.start[v], self.seconds(v), self.goes[v, c], "")
            for v in self.able
            if c in self.able[v]
        ]
        edges = [(0, 0), *work_intervals(member), (2 * DAY_END, 0)]
        pauses = [(ends, begins) for (_, ends), (begins, _) in pairwise(edges) if ends < begins]
        busy += [model.new_fixed_size_interval_var(ends, begins - ends, "") for ends, begins in pauses]
        model.add_no_overlap(busy)

    def solve(
        self, objective: Cost, incumbent: Plan, deterministic: float, cost: int = 0, on_bound: OnBound | None = None
    ) -> DaySolver:
        """Minimise a tier or another cost from the incumbent; its cost there is only reported to `on_bound`."""
        self._hint(incumbent)
        self.model.minimize(objective)
        solver, reporter = DaySolver(deterministic), None
        if on_bound is not None:
            reporter = _BoundReporter(cost, on_bound)
            solver.best_bound_callback = reporter.on_best_bound
        status = solver.solve(self.model, reporter)
        solver.proved = status == cp_model.OPTIMAL
        solver.solved = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        return solver

    def _hint(self, incumbent: Plan) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools forgot its type
        who = {each.service: each.member for each in incumbent.placed}
        on = set()
        for c, _ in self.members:
            route = [each.service for each in incumbent.placed if each.member == c]
            on |= {(v, w, c) for v, w in pairwise([DEPOT, *route, DEPOT])} if route else set()
        for arc, literal in self.arcs.items():
            self.model.add_hint(literal, arc in on)
        for (v, c), literal in self.goes.items():
            self.model.add_hint(literal, who.get(v) == c)
        for d, placed in enumerate(self.placed):
            self.model.add_hint(placed, self.state.first[d] in who)
        for each in incumbent.placed:
            self.model.add_hint(self.start[each.service], each.start)

    def plan(self, solver: DaySolver) -> Plan:
        """Return the model's solution as the search decodes it."""
        parts = [(solver.value(self.start[v]), v, c) for (v, c), on in self.goes.items() if solver.value(on)]
        feasible = self.state.decode(parts, FROM_TARGET)
        assert feasible, "the model keeps the rules of the decode"
        return self.state.decoded()
