"""The policy speaks of every endpoint and of nothing else; a thin slice of the matrix is asked on every run."""

import pytest
from django.http import HttpResponse
from django.urls import path

from matrix import world
from matrix.campaign import Part, run, undeclared
from matrix.declared import DECLARED
from matrix.law import Answer, Undeclared, declarations, declared, table, unused
from matrix.mutants import MUTANTS
from matrix.people import INSIDE
from matrix.policy import DOOR, POLICIES
from matrix.registry import Unanswered, endpoints
from tests.test_docs import ROOT

SLICE = Part(
    endpoints=("cases_case_change", "cases_case_act:triage", "grids_exportjob_download", "index", "wall:cases_case"),
    kinds=("anonymous", "before_second_factor", "accused", "revoked_clerk", "future_confidential"),
)


def test_the_policy_speaks_of_every_endpoint_and_of_nothing_else(db):
    assert undeclared(endpoints()) == []


def test_a_page_without_a_policy_is_reported_with_the_line_to_add():
    probe = endpoints([path("admin/probe/", lambda _request: HttpResponse(), name="probe")])
    with pytest.raises(Undeclared, match="no policy for probe: add a line “probe <policy>” to DECLARED"):
        declared(probe[0].name, DECLARED)


def test_an_address_with_an_unknown_argument_is_reported():
    with pytest.raises(Unanswered, match="what <colour> may be"):
        endpoints([path("admin/probe/<str:colour>/", lambda _request: HttpResponse())])


def test_what_the_policy_says_too_much_is_reported():
    lines, closed = declarations("gone closed\nhere open"), {"closed": table("", {}), "spare": table("", {})}
    assert list(unused(["here"], lines, closed)) == [
        "no endpoint follows the line “gone”: take it out of DECLARED in matrix/declared.py",
        "no line names the policy spare",
        "there is no policy open",
    ]


def test_a_table_is_read_from_the_top_and_a_kind_in_no_line_is_told_what_all_others_are():
    policy = table("clerk : own : forbidden\nTWO -triage : own far", {"TWO": ("clerk", "triage")})
    told = {(kind, row): policy.answer(kind, row, DOOR) for kind in ("clerk", "triage") for row in ("own", "far")}
    assert told == {
        ("clerk", "own"): Answer.FORBIDDEN,
        ("clerk", "far"): Answer.ALLOW,
        ("triage", "own"): Answer.NOT_FOUND,
        ("triage", "far"): Answer.NOT_FOUND,
    }


def test_a_table_about_somebody_who_is_not_there_is_refused():
    with pytest.raises(Undeclared, match="no such kind of user: nobdy"):
        table("nobdy : own", {})


@pytest.mark.parametrize("name", ["accused", "subordinate", "declared", "recused_handler"])
def test_whoever_has_no_part_in_a_case_is_told_nothing_of_it_by_any_policy(name):
    kinds_of_case = {policy: POLICIES[policy] for policy in POLICIES if policy.startswith(("case.", "wall"))}
    told = {policy.answer(name, "recused", DOOR) for key, policy in kinds_of_case.items() if key != "case.list"}
    assert told == {Answer.NOT_FOUND}


@pytest.mark.parametrize("name", ["sysadmin", "secadmin", "auditadmin", "nobody", "revoked_clerk"])
def test_no_policy_lets_an_administrator_or_somebody_without_a_post_see_a_case(name):
    rows = {row for policy in POLICIES.values() for line in policy.lines for row in line.rows}
    assert name in INSIDE
    assert {POLICIES["case.read"].answer(name, row, DOOR) for row in rows} == {Answer.NOT_FOUND}


def test_a_slice_of_the_matrix_has_nothing_wrong(db, settings):
    settings.SECOND_FACTOR = True
    report = run(world.build(), part=SLICE, processes=1)
    assert (report.problems, report.cells > 200) == ([], True)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_a_mutant_breaks_stands_in_the_code_once(mutant):
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
