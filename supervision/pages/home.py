from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.reports import DESKS
from centers.models import Post, WorkCalendarDay
from core import clock
from core.admin import account
from core.models import InboxMessage, User
from supervision.enums import NoticeState
from supervision.models import SupervisionNotice
from supervision.pages.queue import queue_context
from supervision.reports import SUPERVISE, TABS, queue_scope

TONES = {
    "late": "late",
    "mine_late": "late",
    "threefold": "late",
    "unanswered": "late",
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
        *_message_cards(user),
    ]
    context["posts"] = list(
        Post.objects.on_duty(on=clock.local_day(now)).filter(user=user.pk).select_related("center", "unit")
    )
    context["today"] = clock.local_day(now)
    context["greeting"] = _greeting(now.astimezone(clock.SHANGHAI).hour)
    day = WorkCalendarDay.objects.filter(date=context["today"]).first()
    context["day_kind"] = (_("working day") if day.is_workday else _("rest day")) if day else ""
    if user.has_perm(SUPERVISE):
        context["urgent"] = queue_context(user, request.GET.__class__("tab=late"), now=now)["lines"][:10]
    return context


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
    scope = queue_scope(user)
    return [
        card
        for name in ("late", "soon", "climbed", "unanswered")
        for card in _card(
            TABS[name].label,
            TABS[name].select(scope, now).order_by()[:1001].count(),
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


def _message_cards(user: User) -> list[Card]:
    unread = InboxMessage.objects.visible_to(user).filter(read_at=None)[:1001].count()
    return _card(_("Unread messages"), unread, reverse("admin:core_inboxmessage_changelist"))
