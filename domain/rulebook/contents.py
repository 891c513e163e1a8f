"""The contents of the rulebook: chapters and sections, each section a screen of rules about one thing."""

from domain.event import value


@value
class Section:
    """Rules about one thing, by their numbers inside the chapter."""

    title: str
    rules: tuple[int, ...]


@value
class Chapter:
    """A chapter of the rulebook, e.g. A1."""

    number: str
    title: str
    sections: tuple[Section, ...]


def chapter(number: str, title: str, **sections: tuple[int, ...]) -> Chapter:
    """Return a chapter; a section's title is its name in words."""
    named = tuple(Section(title=name.replace("_", " ").capitalize(), rules=rules) for name, rules in sections.items())
    return Chapter(number=number, title=title, sections=named)


CHAPTERS: tuple[Chapter, ...] = (
    chapter(
        "A1",
        "Contracts",
        who_signs_and_with_whom=(1, 2, 3, 11),
        terms_and_renewals=(4, 5, 8, 9),
        early_ends=(6, 7),
        papers=(10, 12, 13),
    ),
    chapter("A2", "Teams and their load", seats=(1, 2, 3, 5, 6), load=(4, 7)),
    chapter("A3", "Sizes and targets", institutions_and_targets=(1, 2, 3, 4, 5, 6, 7)),
    chapter(
        "A4",
        "Key groups",
        groups_by_age_and_birth=(1, 2, 3, 11),
        groups_by_illness=(4, 5, 6, 7, 14),
        other_groups=(8, 9, 10, 12, 13),
    ),
    chapter(
        "A5",
        "How often residents are seen",
        windows_and_trips=(27, 28, 32, 33),
        hypertension=(1, 2, 3, 6, 7, 8),
        diabetes=(9, 10, 30),
        referrals_after_findings=(4, 5, 15),
        chronic_obstructive_pulmonary_disease=(35, 36),
        elders=(11, 12, 13),
        mother_and_child=(14, 16, 17, 18, 19, 20),
        severe_mental_disorder=(21, 22, 31),
        tuberculosis=(23, 24, 25, 26, 34),
        disability=(29,),
    ),
    chapter(
        "A6",
        "Home visits",
        requests=(1, 2, 3, 4),
        visits=(5, 6, 7, 8, 9),
        members=(10, 11, 12, 13, 17),
        forecast=(14, 15, 16),
    ),
    chapter(
        "A7",
        "Family beds",
        application_and_assessment=(1, 2, 3, 4, 5),
        agreement_opening_and_closing=(6, 7, 9, 14, 16),
        plans_and_rounds=(8, 11, 12),
        cycles_and_hospital=(10, 13, 15),
    ),
    chapter(
        "A8",
        "Referrals and alliances",
        urgent_signs=(1, 2, 3, 4, 5),
        to_the_hospital=(6, 7, 8, 12, 13, 14),
        back_from_the_hospital=(9, 10, 11),
        alliances=(15, 16, 17, 18),
    ),
    chapter("A9", "Packages, money and quality", packages=(1, 2, 3, 4, 5), quality=(6, 7, 8, 9, 10)),
    chapter(
        "A10",
        "Documents and law",
        policy_packs=(1, 2, 3, 7),
        records_and_personal_data=(4, 6, 11),
        late_and_double_records=(12, 13, 14),
        consents=(5, 15),
        what_residents_are_told=(8, 9, 10),
    ),
    chapter(
        "A11",
        "Rosters",
        who_may_make_a_visit=(1, 2, 7, 8, 16),
        hours=(3, 17, 18, 30, 32, 33),
        windows=(4, 5, 19),
        order_of_costs=(6, 9, 10, 11, 12, 13, 14),
        days_of_a_week=(20, 21, 22, 23, 24, 26, 31),
        published_rosters=(15, 25, 27, 28, 29),
    ),
    chapter("A12", "Accounts and access", accounts=(1, 3, 4), roles=(2,), emergencies=(5,), sign_offs=(6,), packs=(7,)),
)
