"""A second engine that solves only the public benchmark of home health care routing and scheduling (HHCRSP).

Rosters of teams never come from here: their engine is in `schedulers.search` and `schedulers.proof`. The benchmark has
hundreds of patients and a cost that sums travel and tardiness, which allows a faster kernel; team-days have breaks,
hard ends, demands left out and lexicographic tiers. The engines share compilation and random numbers only.
"""
