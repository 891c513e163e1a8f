"""Mutants of what is decided about access: who may, in which scope, what they see, and what is on record."""

from tests.mutants.mutant import Mutant, in_file

ACCESS: tuple[Mutant, ...] = (
    *in_file(
        "infra/finder/search.py",
        "tests/access/test_finder.py",
        (
            'if not self._reach.reaches(resident_id, kind, "full"):',
            "if False:",
            "test_a_role_that_sees_names_does_not_lend_them_to_one_that_does_not",
            "An auditor would learn by trying what the masks hide.",
        ),
        (
            "if residents > MOST_OPENED:",
            "if residents < 0:",
            "test_a_scope_that_is_too_wide_for_names_is_refused_and_a_team_or_a_number_is_not",
            "One search would open the names of a whole city.",
        ),
    ),
    *in_file(
        "infra/access/gate.py",
        "tests/access/test_gate.py",
        (
            "        if line.needs_purpose and self.purpose is None:",
            "        if False:",
            "test_events_with_personal_values_need_a_purpose",
            "An auditor would read personal values of events and say to nobody why.",
        ),
        (
            '                self._record(name, residents_named(arguments), self.principal.roles, "refused")',
            "                assert self.principal",
            "test_a_refused_look_at_a_resident_is_on_record",
            "Somebody could try record after record unseen.",
        ),
        (
            "not circle.institution_ids or self.places.has_team(grant, circle) for circle in circles",
            "True for circle in circles",
            "test_a_leader_sees_of_their_institutions_list_the_people_of_their_team",
            "A leader may not ask about another institution.",
        ),
        (
            "        return [self._masked(row, line, grants, seen) for row, grants in visible if grants]",
            "        return [self._masked(row, line, reach.by_row, seen) for row, grants in visible]",
            "test_a_member_sees_the_residents_of_the_own_visits_of_the_teams_caseload",
            "A member would see the team's 1,500.",
        ),
    ),
    *in_file(
        "infra/access/gate.py",
        "tests/access/test_break_glass.py",
        (
            "        may_break = reads and bool(residents) and not line.roles.isdisjoint(CARES) and bool(caring)",
            "        may_break = bool(residents) and not line.roles.isdisjoint(CARES) and bool(caring)",
            "test_who_broke_glass_sees_and_does_nothing",
            "Breaking glass opens a record; it lets nobody write in it.",
        ),
        (
            "        if may_break and is_outside and residents <= self.opened:",
            "        if may_break and is_outside and self.opened:",
            "test_who_broke_glass_sees_the_resident_named_and_nobody_else",
            "One broken glass would open every record.",
        ),
    ),
    *in_file(
        "infra/access/places.py",
        "tests/access/test_roles_table.py",
        (
            "principal.resident_id is not None and circle.resident_ids == {principal.resident_id}",
            "principal.resident_id is not None",
            "test_each_role_may_do_what_the_table_says[questions]",
            "A resident sees their own record alone.",
        ),
        (
            "                return principal.hospital_id in circle.hospital_ids",
            "                return principal.hospital_id is not None",
            "test_each_role_may_do_what_the_table_says[commands]",
            "A hospital answers the referrals to it.",
        ),
    ),
    *in_file(
        "infra/access/masks.py",
        "tests/access/test_masks.py",
        (
            "    return text[:first] + SIGN * (len(text) - first - last) + text[-last:]",
            "    return text[:first] + SIGN * (len(text) - first - last - 1) + text[-last - 1 :]",
            "test_a_phone_shows_three_digits_and_four",
            "A mask shows no digit too many.",
        ),
        (
            "    if len(text) < shortest:",
            "    if False:",
            "test_the_hidden_digits_of_a_number_are_signs",
            "The ends of a short number are all of it.",
        ),
    ),
    *in_file(
        "infra/access/reads.py",
        "tests/access/test_reads.py",
        (
            "            raise pending.error",
            "            return",
            "test_a_read_that_cannot_be_written_is_refused_to_each_who_waits_for_it",
            "An answer without its record must not leave.",
        ),
    ),
    *in_file(
        "infra/access/levels.py",
        "tests/access/test_gate.py",
        (
            '        of_role = _EVERY if role == "auditor" and purpose in AUDIT_PURPOSES else OF_ROLE[role]',
            '        of_role = _EVERY if role == "auditor" and purpose else OF_ROLE[role]',
            "test_an_auditor_who_treats_nobody_sees_masks",
            "An auditor treats nobody.",
        ),
    ),
    *in_file(
        "infra/cli/access/admission.py",
        "tests/access/test_roles_on_command_line.py",
        (
            "            return self._named(result)",
            "            return result",
            "test_an_auditor_reads_no_name_next_to_an_explanation",
            "An auditor would read names in what is written for people.",
        ),
        (
            "        if line is None or line.operation == NOBODY:",
            "        if line is None:",
            "test_what_has_no_line_is_refused_to_everybody[infra.cli.operations.simulate:simulate]",
            "Nobody simulates days in a live store.",
        ),
    ),
    *in_file(
        "infra/access/gate.py",
        "tests/access/test_roles_over_http.py",
        (
            "        self.write(self.seen if shown is None else self.named | (set(self.seen) & set(shown)))",
            "        self.write(self.seen)",
            "test_a_page_leaves_a_record_of_those_whom_it_shows",
            "A page would record residents whom nobody saw.",
        ),
    ),
    *in_file(
        "infra/access/places.py",
        "tests/access/test_gate.py",
        (
            '        if grant.role != "member" or not circle.team_ids or circle.resident_ids or circle.member_ids:',
            '        if grant.role != "member" or not circle.team_ids or circle.resident_ids:',
            "test_a_member_records_their_own_absence_and_not_that_of_a_colleague",
            "A member would record the absence of a colleague.",
        ),
    ),
    *in_file(
        "infra/access/places.py",
        "tests/access/test_probing.py",
        (
            "            return [NOBODY]",
            "            return []",
            "test_the_gate_answers_alike_of_what_is_another_s_and_of_what_nobody_has[administrator]",
            "An administrator would learn which accounts other districts have.",
        ),
    ),
)
