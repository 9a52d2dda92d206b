"""One cell: an endpoint is asked, by one kind of user, about one row; what came back, and what it changed, is told.

Whatever a cell writes is taken back, so that each finds the same world.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core import acting
from matrix.forms import given
from matrix.law import Answer
from matrix.people import ANONYMOUS, signed_in
from matrix.registry import Endpoint
from matrix.world import World, canaries_in

# What a look, or a refused act, may write all the same.
LEAVES_A_MARK: Final[Mapping[str, str]] = {
    "django_session": "when somebody was last seen, and that they were signed out",
    "core_auditentry": "that a paper was printed, a file handed out, a stay ended",
    "core_inboxmessage": "a message that was opened is read",
    "core_failedattempts": "a wrong password is counted",
    "core_tokenbucket": "what is limited is counted",
}
_CHANGES: Final = """
    SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
_STATUS: Final = {404: "not_found", 405: "not_found", 403: "forbidden"}
_SERVER_ERROR: Final = 500
_BUSY: Final = 503  # "try again": a lock was waited for too long, as on a full machine; so it is tried again
_TRIES: Final = 3
_REDIRECTS: Final = range(300, 400)
_ANSWERED: Final = frozenset({200, 302, 400, 422})


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one cell; ``wrote`` names the tables that changed, ``canaries`` the rows that were seen."""

    answer: Answer
    status: int
    wrote: frozenset[str]
    canaries: frozenset[str]


class Visitor:
    """One kind of user, signed in; ``ask`` puts one endpoint to them."""

    def __init__(self, kind: str, world: World, client: Client) -> None:
        self.kind = kind
        self.world = world
        self.account_id = world.people.get(kind)
        self._client = client
        self._counted = _changes()

    def ask(self, endpoint: Endpoint, method: str, row: str) -> Told:
        """Return what ``endpoint`` answers, about ``row`` where it takes one."""
        told = self._ask_once(endpoint, method, row)
        for _again in range(1, _TRIES):
            if told.status != _BUSY:
                break
            told = self._ask_once(endpoint, method, row)
        return told

    def _ask_once(self, endpoint: Endpoint, method: str, row: str) -> Told:
        told = self._read_wall(endpoint, row) if method == "SELECT" else self._visit(endpoint, method, row)
        transaction.set_rollback(False)
        return told

    def _visit(self, endpoint: Endpoint, method: str, row: str) -> Told:
        url = endpoint.url(**self._numbers(endpoint, row))
        data = given(endpoint, self.world, row) if method == "POST" else None
        cookies = self._client.cookies.output()
        with _taken_back():
            answer = self._client.generic(method, url) if data is None else self._client.post(url, data)
            body = answer.getvalue().decode(errors="replace")
            text = f"{answer.headers}{answer.cookies}{body}"
            wrote = self._wrote()
        if self._client.cookies.output() != cookies:  # a stay that was ended or begun is taken back with the rest
            self._client.cookies.clear()
            self._client.cookies.load(cookies.replace("Set-Cookie: ", ""))
        return Told(_answer(answer, endpoint), answer.status_code, wrote, canaries_in(text))

    def _numbers(self, endpoint: Endpoint, row: str) -> dict[str, int | str]:
        if not endpoint.takes_row:
            return {}
        pk = self.world.rows[endpoint.model][row]
        part = self.world.parts[f"{endpoint.model}.{row}"].get(endpoint.name.partition(":")[0], 0)
        return {"object_id": pk, "pk": pk, "id": pk, "number": part}

    def _read_wall(self, endpoint: Endpoint, row: str) -> Told:
        """Read a table behind the second wall as this person, past every query of ours."""
        key, pk = KEY_OF_CASE.get(endpoint.route, "case_id"), self.world.rows[endpoint.model][row]
        statement = f"SELECT count(*) FROM {endpoint.route} WHERE {key} = %s"  # noqa: S608 - names of tables, from the catalogue
        with acting.as_person(self.account_id), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [pk])
            (rows,) = cursor.fetchone()
        return Told(Answer.ALLOW if rows else Answer.NOT_FOUND, rows, frozenset(), frozenset())

    def _wrote(self) -> frozenset[str]:
        before, self._counted = self._counted, _changes()  # what is taken back stays counted
        return frozenset(name for name, count in self._counted.items() if count != before[name])


KEPT_FROM_THE_HOUSE: Final = frozenset({"cases_identity"})
# How a row behind the second wall names its case.
KEY_OF_CASE: Final = {
    "cases_attachmentcontent": "(SELECT case_id FROM cases_attachment file WHERE file.id = attachment_id)",
    "cases_papercontent": "(SELECT case_id FROM cases_paper paper WHERE paper.id = paper_id)",
    "cases_identity": "(SELECT case_id FROM cases_party party WHERE party.id = party_id)",
    "disputes_disputegroup": "(SELECT min(case_id) FROM disputes_groupmember WHERE group_id = "
    "disputes_disputegroup.id)",
    "cases_case": "id",
    "core_rowchange": "matter_id",
    "cases_pause": "(SELECT case_id FROM cases_clock clock WHERE clock.id = clock_id)",
    "cases_extension": "(SELECT case_id FROM cases_clock clock WHERE clock.id = clock_id)",
}


@contextmanager
def visitor(kind: str, world: World) -> Iterator[Visitor]:
    """Have somebody of ``kind`` signed in; all that happens meanwhile is taken back."""
    with transaction.atomic():
        account_id = None if kind == ANONYMOUS else world.people[kind]
        yield Visitor(kind, world, signed_in(kind, account_id))
        transaction.set_rollback(True)


@contextmanager
def _taken_back() -> Iterator[None]:
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(point)


def _changes() -> dict[str, int]:
    """Return how many rows of each table were written in this transaction so far, taken back or not."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return dict(cursor.fetchall())


def _answer(answer: Any, endpoint: Endpoint) -> Answer:
    if answer.status_code >= _SERVER_ERROR:
        return Answer.BROKEN
    if answer.status_code in _REDIRECTS:
        return _led_to(urlsplit(answer.headers["Location"]).path, endpoint)
    if answer.status_code in _STATUS:
        return Answer(_STATUS[answer.status_code])
    return Answer.ALLOW if answer.status_code in _ANSWERED else Answer.BROKEN


def _led_to(path: str, endpoint: Endpoint) -> Answer:
    if path == reverse("admin:login"):
        return Answer.LOGIN
    if path in {reverse("admin:second_factor_set_up"), reverse("admin:password_change")}:
        return Answer.OWED
    if path == reverse("admin:index") and endpoint.takes_row:
        return Answer.NOT_FOUND  # as Django answers for a row that is not there
    return Answer.ALLOW
