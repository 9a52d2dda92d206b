"""The rows that are no cases: grids and their people, files, messages, posts, and what runs the house."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from cases.models import Case, CasePlace, ClockRule, ClockStep, PaperTemplate, PaperTemplateContent, Recusal
from cases.reports.paper_file import document_of
from cases.reports.papers import KINDS
from centers.enums import ReorganisationKind
from centers.models import Center, Reorganisation, StandIn, Unit, WorkCalendarDay
from core import clock
from core.audit import AuditAct, AuditEntry
from core.audit import record as write_entry
from core.channels import DeliveryState
from core.crypto import lookup_hash
from core.jobs import JOBS, record_heartbeat
from core.models import ExternalDelivery, FenceAct, FenceEntry, Heartbeat, InboxMessage, User, WebhookEndpoint
from core.outbox import Message, deliver_batch, queue_messages
from disputes.models import Dispute, JointUnit
from grids.enums import ExportState, GridPost
from grids.models import Assignment, ExportFile, Grid, GridMember, RosterFile
from grids.services.ask_export import rights_on
from matrix.matters import Mark, Row
from tests.disputes.committees import committee
from tests.factories import LONG_AGO, House, end_post, make_grid, make_person
from tests.grids.files import long_export, read

FAR: Final = "330602001201"


def unit_of(house: House, center: Center, name: str) -> Unit:
    """Return the mediation committee of the village, elsewhere an organ of its own."""
    if center == house.village:
        return house.unit
    return Unit.objects.create(center=center, name=f"{name}所（示例）", kind="organ")


def end_posts(user: User, *, ends_on: date) -> None:
    for post in user.posts.all():
        end_post(post, ends_on=ends_on)


def rows(house: House, mark: Mark) -> Iterator[Row]:
    """Make at least one row of every other model that has pages."""
    yield from _rosters(house, mark)
    yield from _files(house, mark)
    yield from _messages(house, mark)
    yield from _people(house, mark)
    yield from _running(house)
    yield from _committees(house, mark)
    yield from _joint(house, mark)
    yield from _public(house)


def _rosters(house: House, mark: Mark) -> Iterator[Row]:
    far = make_grid(house.centers[FAR], house.centers)
    for name, grid in (("own", house.grid), ("far", far)):
        Grid.objects.filter(pk=grid.pk).update(name=f"网格{mark('grids.Grid', name)}")
        text = mark("grids.GridMember", name)
        hidden = {"id_number": f"3306{text}", "id_hash": lookup_hash(name, context="x"), "mobile": f"138{text}"}
        member = GridMember.objects.create(name=f"样本{text}", note=text, **hidden)
        Assignment.objects.create(grid=grid, member=member, post=GridPost.PART_TIME, starts_on=LONG_AGO)
        yield Row("grids.Grid", name, grid.pk)
        yield Row("grids.GridMember", name, member.pk)


def _files(house: House, mark: Mark) -> Iterator[Row]:
    now = clock.now()
    for name, user in (("own", house.roster_manager), ("far", house.other_roster)):
        grid = Grid.objects.filter(village=house.village if name == "own" else house.centers[FAR])[0]
        roster = read(user, grid, good=1, wrong=1, now=now)
        type(roster).objects.filter(pk=roster.pk).update(file_name=f"{mark('grids.RosterImport', name)}.csv")
        RosterFile.objects.filter(pk=roster.pk).update(annotated=mark("grids.RosterImport", name).encode())
        yield Row("grids.RosterImport", name, roster.pk)
        members = GridMember.objects.filter(assignments__grid=grid).values_list("pk", flat=True)
        job = long_export(user, now=now, state=ExportState.READY, row_ids=list(members))
        type(job).objects.filter(pk=job.pk).update(rights=rights_on(job.export, user=user))  # those it was made with
        ExportFile.objects.filter(pk=job.pk).update(content=mark("grids.ExportJob", name).encode())
        yield Row("grids.ExportJob", name, job.pk)


def _messages(house: House, mark: Mark) -> Iterator[Row]:
    """Make a message for the handler, one about a matter that was kept from its reader later, and their deliveries."""
    gateway = WebhookEndpoint.objects.create(
        name=mark("core.WebhookEndpoint", "one"), url="http://127.0.0.1:9/", secret="x" * 16
    )
    yield Row("core.WebhookEndpoint", "one", gateway.pk)
    about = Recusal.objects.get_queryset().filter(person=house.accused).values_list("case", flat=True)[0]
    for name, reader, matter in (("handlers", house.handler, None), ("of_accused", house.accused, about)):
        text, now = mark("core.InboxMessage", name), clock.now()
        message = Message(f"matrix:{name}", reader.pk, text, text, text, matter_id=None)
        queue_messages([message], now=now)
        while deliver_batch(now=now):
            pass
        inbox = InboxMessage.objects.get(recipient=reader, subject=text)
        type(inbox.outbox)._base_manager.filter(pk=inbox.outbox_id).update(matter_id=matter)
        yield Row("core.InboxMessage", name, inbox.pk)
    ExternalDelivery.objects.update(state=DeliveryState.DEAD, settled_at=clock.now())
    yield Row("core.ExternalDelivery", "dead", ExternalDelivery.objects.order_by("pk")[0].pk)


def _people(house: House, mark: Mark) -> Iterator[Row]:
    far = make_person("far_colleague", "intake_clerk", house.centers[FAR])
    near = make_person("near_colleague", "intake_clerk", house.village)
    for name, user in (("near", near), ("far", far)):
        User.objects.get_queryset().filter(pk=user.pk).update(full_name=f"同事{mark('core.User', name)}")
        yield Row("core.User", name, user.pk)
        yield Row("centers.Post", name, user.posts.get().pk)
    other = make_person("another_clerk", "intake_clerk", house.village)
    days = {"starts_on": clock.today(), "ends_on": clock.today()}
    stand_in = StandIn.objects.create(absent=near, stand_in=other, named_by=near, named_at=clock.now(), **days)
    yield Row("centers.StandIn", "near", stand_in.pk)


def _committees(house: House, mark: Mark) -> Iterator[Row]:
    far = Unit.objects.create(center=house.centers[FAR], name="示例调委会", kind=house.unit.kind)
    for name, unit in (("village", house.unit), ("far", far)):
        chair = mark("disputes.Committee", name)
        yield Row("disputes.Committee", name, committee(unit, by=house.clerk, first=clock.today(), chair=chair).pk)


def _joint(house: House, mark: Mark) -> Iterator[Row]:
    """Ask the committee of the village, and one far away, into a matter that neither of them sees."""
    case = Case.objects.get_queryset().filter(village=house.centers[FAR], recusals=None, sensitivity="normal")[0]
    far = Unit.objects.create(center=house.centers[FAR], name="示例联合调委会", kind=house.unit.kind)
    told = {"round": case.round, "consented_on": clock.today(), "asked_by": house.clerk, "asked_at": clock.now()}
    for name, unit in (("village", house.unit), ("far", far)):
        row = JointUnit.objects.create(case=case, unit=unit, purpose=mark("disputes.JointUnit", name), **told)
        yield Row("disputes.JointUnit", name, row.pk)


def _running(house: House) -> Iterator[Row]:
    now = clock.now()
    job = next(iter(JOBS))
    record_heartbeat(job, handled=1, now=now)
    yield Row("core.Heartbeat", "one", Heartbeat.objects.all()[0].pk)
    closed = {"cause": "back", "off_by": timedelta(minutes=9)}
    FenceEntry.objects.create(number=1, act=FenceAct.CLOSED, at=now, actor=house.sysadmin, **closed)
    yield Row("core.FenceEntry", "closed", 1)
    write_entry(AuditAct.VIEWED, actor=house.clerk, now=now)
    yield Row("core.AuditEntry", "one", AuditEntry.objects.get_queryset().order_by("-pk")[0].pk)
    step = ClockStep.objects.filter(fired_at=None)[0]
    ClockStep.objects.filter(pk=step.pk).update(failed_at=now, error="CalendarMissing: 示例")
    yield Row("cases.ClockStep", "refused", step.pk)


def _public(house: House) -> Iterator[Row]:
    """Return rows that hold nothing about anybody."""
    yield Row("centers.Center", "village", house.village.pk)
    yield Row("centers.Unit", "village", house.unit.pk)
    yield Row("centers.WorkCalendarDay", "one", WorkCalendarDay.objects.order_by("pk")[0].pk)
    everywhere = ClockRule.objects.filter(center=None).order_by("pk")[0]
    values: dict[str, Any] = {"amount": 1, "unit_of_time": "days", "article": "示例"}
    since = clock.today() + timedelta(days=9)
    own = ClockRule.objects.create(kind=everywhere.kind, center=house.village, valid_from=since, **values)
    yield Row("cases.ClockRule", "everywhere", everywhere.pk)
    places = dict(zip(("center", "target", "origin"), (house.village, house.town, house.centers[FAR]), strict=True))
    change = Reorganisation.objects.create(
        kind=ReorganisationKind.MOVE, **places, effective_on=LONG_AGO, ground="示例", decided_by=house.secadmin,
        decided_at=clock.now(),
    )  # fmt: skip
    for case in Case.objects.get_queryset():
        place = {level: getattr(case, level) for level in ("city", "county", "town", "village", "holder")}
        CasePlace.objects.create(case=case, reorganisation=change, until_on=LONG_AGO, **place)
    yield Row("centers.Reorganisation", "one", change.pk)
    yield Row("cases.ClockRule", "village", own.pk)
    told = {"put_to_use_by": house.mediator, "put_to_use_at": clock.now(), "name": "表.docx"}
    form = PaperTemplate.objects.create(center=house.village, kind="rights_notice", version=1, **told)
    PaperTemplateContent.objects.create(template=form, content=document_of(KINDS[form.kind], None))
    yield Row("cases.PaperTemplate", "village", form.pk)
    yield Row("disputes.Dispute", "one", Dispute.objects.get_queryset().order_by("pk")[0].pk)
