"""The rules by which a team's days and weeks are planned: pure functions of values, with numbers of the policy pack."""
