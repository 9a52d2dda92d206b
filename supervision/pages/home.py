from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.pages.calendar import alarm_for
from cases.reports import DESKS
from cases.services.retry_steps import RETRY
from centers.models import Post, WorkCalendarDay
from core import clock
from core.admin import account
from core.channels import DeliveryState
from core.models import ExternalDelivery, InboxMessage, User
from disputes.models import JointUnit
from supervision.enums import NoticeState
from supervision.models import SupervisionNotice
from supervision.pages.desk import desk_context
from supervision.pages.queue import QueueLine, queue_lines
from supervision.pages.set_aside import set_aside_steps
from supervision.reports import SUPERVISE, TABS, QueueFilter, queue_page, queue_scope
from supervision.reports.tallies import tallies_of

MOST_URGENT: Final = 10
TONES = {
    "late": "late",
    "mine_late": "late",
    "threefold": "late",
    "unanswered": "late",
    "petition_notices_late": "late",
    "petition_notices": "soon",
    "soon": "soon",
    "mine_today": "soon",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One heap of work that is not empty: how high, and the list it counts."""

    label: str | Promise
    count: str
    url: str
    tone: str


def home_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the home page what waits for this user today; empty heaps are not shown."""
    now = clock.now()
    user = account(request)
    context["cards"] = [
        *_desk_cards(user, now),
        *_queue_cards(user, now),
        *_notice_cards(user, now),
        *_set_aside_cards(user),
        *_invitation_cards(user),
        *_message_cards(user),
        *_delivery_cards(user),
    ]
    context["posts"] = list(
        Post.objects.on_duty(on=clock.local_day(now)).filter(user=user.pk).select_related("center", "unit")
    )
    context["today"] = clock.local_day(now)
    context["greeting"] = _greeting(now.astimezone(clock.SHANGHAI).hour)
    day = WorkCalendarDay.objects.everywhere().filter(date=context["today"]).first()
    context["day_kind"] = (_("working day") if day.is_workday else _("rest day")) if day else ""
    context["alarm"] = alarm_for(user, today=context["today"])
    context["urgent"] = _urgent(user, now)
    context["desk"] = desk_context(user, now=now)
    return context


def _urgent(user: User, now: datetime) -> list[QueueLine] | None:
    """Return the lines of a supervisor's subtree with the least time left."""
    if not user.has_perm(SUPERVISE):
        return None
    page, _following = queue_page(queue_scope(user), QueueFilter("all"), after=None, now=now)
    return queue_lines([row for row in page if row.due_at is not None][:MOST_URGENT], now=now)


def _greeting(hour: int) -> str | Promise:
    """Return how people greet each other at an hour of the day."""
    greetings = ((5, _("Good night")), (11, _("Good morning")), (13, _("Good day")), (18, _("Good afternoon")))
    return next((words for end, words in greetings if hour < end), _("Good evening"))


def _card(label: str | Promise, count: int, url: str, tone: str = "plain") -> list[Card]:
    return [Card(label, f"{count:,}" if count <= 1000 else "1,000+", url, tone)] if count else []  # noqa: PLR2004 - the cap of counts


def _desk_cards(user: User, now: datetime) -> list[Card]:
    url = reverse("admin:cases_case_changelist")
    return [
        card
        for desk in DESKS.values()
        if user.has_perm(desk.permission)
        for card in _card(
            desk.label,
            desk.rows(user, now=now).order_by()[:1001].count(),
            f"{url}?desk={desk.name}",
            TONES.get(desk.name, "plain"),
        )
    ]


def _queue_cards(user: User, now: datetime) -> list[Card]:
    if not user.has_perm(SUPERVISE):
        return []
    counts = tallies_of(queue_scope(user), now=now).tabs
    return [
        card
        for name in ("late", "soon", "climbed", "unanswered")
        for card in _card(
            TABS[name].label,
            counts[name],
            f"{reverse('admin:supervision_queue')}?tab={name}",
            TONES.get(name, "plain"),
        )
    ]


def _notice_cards(user: User, now: datetime) -> list[Card]:  # noqa: ARG001 - the cards' common shape
    if not user.has_perm("supervision.view_supervisionnotice"):
        return []
    url = reverse("admin:supervision_supervisionnotice_changelist")
    notices = SupervisionNotice.objects.visible_to(user).order_by()
    wanted = []
    if user.has_perm("supervision.reply_supervisionnotice"):
        wanted = [(NoticeState.ISSUED, _("Notices to sign for")), (NoticeState.SIGNED_FOR, _("Notices to answer"))]
    if user.has_perm("supervision.verify_supervisionnotice"):
        wanted.append((NoticeState.REPLIED, _("Answers to judge")))
    return [
        card
        for state, label in wanted
        for card in _card(label, notices.filter(state=state)[:1001].count(), f"{url}?state__exact={state.value}")
    ]


def _set_aside_cards(user: User) -> list[Card]:
    if not user.has_perm(RETRY):
        return []
    count = set_aside_steps(user).order_by()[:1001].count()
    return _card(
        _("Steps of limits that could not be done"), count, reverse("admin:cases_clockstep_changelist"), "late"
    )


def _invitation_cards(user: User) -> list[Card]:
    count = JointUnit.objects.visible_to(user).unanswered().order_by()[:1001].count()
    return _card(_("Asked to take part, not answered"), count, reverse("admin:disputes_jointunit_changelist"), "soon")


def _message_cards(user: User) -> list[Card]:
    unread = InboxMessage.objects.visible_to(user).filter(read_at=None)[:1001].count()
    return _card(_("Unread messages"), unread, reverse("admin:core_inboxmessage_changelist"))


def _delivery_cards(user: User) -> list[Card]:
    """Count what was given up on its way out, for those who can send it again."""
    if not user.has_perm("core.view_externaldelivery"):
        return []
    dead = ExternalDelivery.objects.visible_to(user).filter(state=DeliveryState.DEAD)[:1001].count()
    return _card(_("Undelivered messages"), dead, reverse("admin:core_externaldelivery_changelist"), "late")
