"""The kinds of case, each with a canary in its title, summary, parties, papers and everything written about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from cases.enums import Category, ClockKind, Grade, PartyRole, PauseReason, Procedure, Sensitivity, Step
from cases.models import Case, ClockStep, Extension, Party
from cases.services.assign import assign_case
from cases.services.extend import NewExtension, ask_extension, grant_extension
from cases.services.identities import NewParty
from cases.services.pause import start_pause
from cases.services.recuse import Target, declare_interest, name_accused, recuse_person
from cases.services.reveal_identity import ask_identity
from cases.services.sensitivity import propose_lowering
from centers.models import Center
from core import acting, clock
from core.examination import FileKind
from core.models import User
from core.reveal import RevealReason
from disputes.services.mediate import accept_dispute, record_agreement, start_mediation
from disputes.services.register import register_dispute
from disputes.services.reopen import reopen_dispute
from disputes.services.triage import triage_dispute
from disputes.services.verify import confirm_dispute
from matrix.people import OTHER_COUNTY, SIBLING
from petitions.enums import ClaimRoute, Kind
from petitions.services.register import NewPetition, register_petition
from petitions.services.triage import Triage, triage_petition
from supervision.models import SupervisionNotice
from supervision.services.sweep import sweep
from tests.cases.papers import papered, with_papers
from tests.factories import House, appoint, attached, make_person, new_agreement, new_case, said
from tests.petitions.rows import write_rows_of_a_petition

CASE: Final = "cases.Case"
NOTICE: Final = "supervision.SupervisionNotice"
IDENTITY: Final = "cases.Identity"
FILE_PAGES: Final = ("cases_case_file", "cases_case_picture", "cases_case_withdraw_file")
PAPER_PAGES: Final = ("cases_case_paper", "cases_case_withdraw_paper")
LONG_BEFORE: Final = timedelta(days=60)
Mark = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the world."""

    model: str
    row: str
    pk: int | str
    parts: dict[str, int] = field(default_factory=dict)


def rows(house: House, mark: Mark) -> Iterator[Row]:
    """Make every kind of case, and the notices that the late ones brought about."""
    made = Matters(house, mark)
    cases = {**made.late(), **made.fresh()}
    for name, case in cases.items():
        _write_canaries(case, mark(CASE, name))
        party = Party.objects.filter(case=case, informant=None).order_by("pk")[0]
        granted = Extension.objects.filter(clock__case=case, state="granted").first()
        file, paper = case.attachments.first(), case.papers.first()
        parts = {"cases_case_reveal": party.pk, "cases_case_extension": granted.pk if granted else 1}
        parts |= dict.fromkeys(FILE_PAGES, file.pk if file else 0)
        parts |= dict.fromkeys(PAPER_PAGES, paper.pk if paper else 0)
        yield Row(CASE, name, case.pk, parts)
    for name in ("late", "far_late"):
        notice = SupervisionNotice.objects.filter(case=cases[name]).order_by("pk")[0]
        yield Row(NOTICE, name, notice.pk)


def _write_canaries(case: Case, text: str) -> None:
    """Plant the mark in what people wrote, past the services, which write it as it was given."""
    for rows in (case.recusals, case.accused, case.reopenings, case.results):
        fields = {one.name for one in rows.model._meta.concrete_fields}
        planted = {name: text for name in ("ground", "remark", "explanation") if name in fields}
        for row in rows.all():
            type(row)._base_manager.filter(pk=row.pk).update(**planted)


class Matters:
    """Makes cases; ``now`` is an hour ago, so that what follows is not before it, but not on the day before."""

    def __init__(self, house: House, mark: Mark) -> None:
        self.house = house
        self.mark = mark
        self.now = max(clock.now() - timedelta(hours=1), clock.start_of(clock.today()))
        self.clerks = {
            SIBLING: house.neighbour_clerk,
            OTHER_COUNTY: self._far_officer("far_clerk", "intake_clerk"),
        }

    def late(self) -> dict[str, Case]:
        """Return the cases that nobody did in time: one that climbed, and two of which a notice was given."""
        long_ago = self.now - LONG_BEFORE
        far = self.house.centers["330602001201"]
        cases = {
            "late": self._triaged("late", now=long_ago),
            "climbed": self._registered("climbed", now=long_ago),
            "far_late": self._far("far_late", far, now=long_ago),
        }
        steps = ClockStep.objects.filter(clock__kind=ClockKind.LVL_VILLAGE, step=Step.YELLOW)
        sweep(now=max(steps.values_list("at", flat=True)))
        return cases

    def fresh(self) -> dict[str, Case]:
        """Return the cases that lie where they should."""
        makers: dict[str, Callable[[str], Case]] = {
            "own": self._registered,
            "desk": self._with_file,
            "accepted": self._accepted,
            "mediating": self._mediating,
            "former_desk": self._former,
            "reported": self._agreed,
            "closed": self._closed,
            "reopened": self._reopened,
            "paused": self._paused,
            "asked": self._asked,
            "granted": self._granted,
            "sibling": self._sibling,
            "far": lambda name: self._far(name, self.house.centers["330602001201"], now=self.now),
            "at_town": self._at_town,
            "sealed": self._sealed,
            "confided": self._confided,
            "petition": self._petition,
            "recused": self._recused,
            "against_village": self._against_village,
        }
        return {name: maker(name) for name, maker in makers.items()}

    def _new(self, name: str, **changes: Any) -> Any:
        text = self.mark(CASE, name)
        parties = [
            NewParty(PartyRole.APPLICANT, f"样{text}", "13800000001", f"示例路{text}"),
            NewParty(PartyRole.RESPONDENT, f"本{text}", "13800000002"),
        ]
        return new_case(self.house, title=f"漏水{text}", summary=f"示例{text}", parties=parties, **changes)

    def _registered(self, name: str, *, now: datetime | None = None, **changes: Any) -> Case:
        at, actor = now or self.now, changes.pop("actor", self.house.clerk)
        return register_dispute(self._new(name, **changes), actor=actor, received_at=at, now=at)[0]

    def _triaged(self, name: str, *, now: datetime | None = None, handler: User | None = None, **changes: Any) -> Case:
        case, triage = self._registered(name, now=now, **changes), self.house.village_triage
        return self._given(case, handler or self.house.handler, triage, now or self.now)

    def _given(self, case: Case, handler: User, actor: User, now: datetime) -> Case:
        return triage_dispute(
            case.pk, grade=Grade.GENERAL, category=Category(case.category), handler=handler, actor=actor, now=now
        )

    def _accepted(self, name: str, **changes: Any) -> Case:
        case = self._triaged(name, **changes)
        accept_dispute(case.pk, said=said(self.now), actor=self.house.handler, now=self.now)
        return case

    def _mediating(self, name: str, **changes: Any) -> Case:
        case = self._accepted(name, **changes)
        start_mediation(case.pk, rights_told_on=clock.local_day(self.now), actor=self.house.handler, now=self.now)
        return case

    def _former(self, name: str) -> Case:
        case = self._triaged(name, handler=self.house.former_handler)
        assign_case(case.pk, handler=self.house.handler, actor=self.house.village_triage, now=self.now)
        return case

    def _agreed(self, name: str) -> Case:
        case, text = self._mediating(name), self.mark(CASE, name)
        written = new_agreement(self.now, case)
        new = replace(written, facts=text, content=text)
        record_agreement(case.pk, new, actor=self.house.handler, now=self.now)
        return case

    def _closed(self, name: str) -> Case:
        case = self._agreed(name)
        confirm_dispute(with_papers(case).pk, remark=self.mark(CASE, name), actor=self.house.supervisor, now=self.now)
        return case

    def _reopened(self, name: str) -> Case:
        case, again = self._closed(name), {"handler": self.house.handler, "actor": self.house.supervisor}
        return reopen_dispute(case.pk, ground=self.mark(CASE, name), **again, now=self.now)

    def _paused(self, name: str) -> Case:
        case = self._mediating(name, category=Category.MEDICAL)
        ground, actor = self.mark(CASE, name), self.house.handler
        start_pause(case.pk, reason=PauseReason.MEDICAL_APPRAISAL, ground=ground, actor=actor, now=self.now)
        return case

    def _asked(self, name: str) -> Case:
        case = self._mediating(name)
        limit = case.clocks.to_extend(at=self.now).order_by("-due_at")[0]
        new = NewExtension(limit.pk, 1, self.mark(CASE, name), clock.local_day(self.now))
        ask_extension(case.pk, new=new, actor=self.house.handler, now=self.now)
        return case

    def _granted(self, name: str) -> Case:
        case = self._asked(name)
        asked = Extension.objects.get(clock__case=case)
        grant_extension(asked.pk, remark=self.mark(CASE, name), actor=self.house.county_supervisor, now=self.now)
        return case

    def _sibling(self, name: str) -> Case:
        actor = self._officer("sibling_triage", "triage_officer", self.house.centers[SIBLING])
        case = self._registered(name, place=self.house.centers[SIBLING], grid=None, actor=self.clerks[SIBLING])
        return self._given(case, self.house.sibling_handler, actor, self.now)

    def _far(self, name: str, place: Center, *, now: datetime) -> Case:
        case = self._registered(name, now=now, place=place, grid=None, actor=self.clerks[OTHER_COUNTY])
        handler = self._officer(f"{name}_handler", "mediator", place)
        return self._given(case, handler, self._far_officer(f"{name}_triage", "triage_officer"), now)

    def _at_town(self, name: str) -> Case:
        return self._registered(name, place=self.house.town, grid=None, actor=self.house.town_triage)

    def _sealed(self, name: str) -> Case:
        case = self._registered(name, sensitivity=Sensitivity.SEALED, actor=self.house.confidential)
        write_rows_of_a_petition(case, by=self.house.handler, text=self.mark(CASE, name), now=self.now)
        return case

    def _confided(self, name: str) -> Case:
        """Return a case whose bringer is kept apart, with a request to be shown them and one to stop keeping it."""
        text, ground = self.mark(IDENTITY, name), self.mark(CASE, name)
        applicant = NewParty(PartyRole.APPLICANT, f"样{text}", "13800000001", f"示例路{text}")
        respondent = NewParty(PartyRole.RESPONDENT, f"本{ground}", "13800000002", f"示例路{ground}")
        new = replace(self._new(name, sensitivity=Sensitivity.CONFIDENTIAL), parties=[applicant, respondent])
        case: Case = register_dispute(new, actor=self.house.clerk, received_at=self.now, now=self.now)[0]
        clerk, director = self.house.clerk, self.house.director
        with acting.as_person(clerk.pk):  # nobody asks for somebody else, not even the house
            ask_identity(case.pk, reason=RevealReason.CONTACT, ground=ground, actor=clerk, now=self.now)
        propose_lowering(case.pk, to=Sensitivity.NORMAL, ground=ground, actor=director, now=self.now)
        return case

    def _with_file(self, name: str) -> Case:
        """Return a case with a picture and a paper, which bear the mark in name, content and copy."""
        case, text = self._triaged(name), self.mark(CASE, name)
        picture, by = text.encode(), self.house.handler
        attached(case, by=by, now=self.now, name=f"{text}.png", kind=FileKind.PNG, content=picture, preview=picture)
        papered(case, by=by, now=self.now, number=text, content=picture)
        return case

    def _recused(self, name: str) -> Case:
        """Return a case of which one kind of user is the accused, and others have no part in it for other reasons."""
        case, house, at = self._triaged(name, handler=self.house.recused_handler), self.house, {"now": self.now}
        by = {"actor": house.town_supervisor, **at}
        name_accused(case.pk, accused=Target(person=house.accused), **by)
        name_accused(case.pk, accused=Target(unit=house.subordinate.posts.get().unit), **by)
        declare_interest(case.pk, ground=self.mark(CASE, name), actor=house.declared, **at)
        recuse_person(case.pk, person=house.recused_handler, ground=self.mark(CASE, name), **by)
        write_rows_of_a_petition(case, by=house.handler, text=self.mark(CASE, name), **at)
        return case

    def _against_village(self, name: str) -> Case:
        case = self._registered(name)
        accused = Target(center=self.house.village)
        name_accused(case.pk, accused=accused, actor=self.house.town_supervisor, now=self.now)
        return case

    def _petition(self, name: str) -> Case:
        """Return a claim on the handler's desk that another procedure decides, with a row of every kind it can have."""
        text, house, at = self.mark(CASE, name), self.house, {"now": self.now}
        new = replace(self._new(name, procedure=Procedure.PETITION), parties=self._new(name).parties[:1])
        case: Case = register_petition(
            NewPetition(case=new, kind=Kind.CLAIM), actor=house.clerk, received_at=self.now, **at
        )[0]
        triage = Triage(Kind.CLAIM, ClaimRoute.ARBITRATION, Category(case.category), Grade.GENERAL, house.handler)
        triage_petition(case.pk, triage=triage, actor=house.village_triage, **at)
        case.refresh_from_db()
        write_rows_of_a_petition(case, by=house.handler, text=text, **at)
        return case

    def _far_officer(self, name: str, role: str) -> User:
        return self._officer(name, role, self.house.centers[OTHER_COUNTY])

    def _officer(self, name: str, role: str, center: Center) -> User:
        user = make_person(name)
        appoint(user, role=role, center=center, starts_on=clock.today() - timedelta(days=400))
        return user
