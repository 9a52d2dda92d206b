"""Every limit explains itself, day by day and in words: against strips worked out by hand from the notice for 2026.

Free in 2026: 15 to 23 February, 1 to 7 October. Worked on a weekend: 14 and 28 February, 20 September, 10 October.
"""

from datetime import date

import pytest
from django.utils import translation

from cases.enums import Category, ClockKind, PauseReason
from cases.models import Clock
from cases.pages.limits import deadline_chip, effective_due, limit_blocks
from cases.reports.deadlines import deadlines
from cases.services.assign import assign_case
from cases.services.clocks import start_clock
from cases.services.extend import NewExtension, ask_extension, grant_extension, refuse_extension
from cases.services.pause import end_pause, start_pause
from centers.models import WorkCalendarDay
from centers.reports import Calendars
from supervision.services.sweep import sweep
from tests.factories import at, mediating, triaged

VILLAGE, TOWN, MONTH = ClockKind.LVL_VILLAGE, ClockKind.LVL_TOWN, ClockKind.MED_GENERAL
MEDICAL = PauseReason.MEDICAL_APPRAISAL
NOW = at("2026-11-18")

# How a day reads, by a letter: start, a number, rest, holiday, made-up, paused, extended, gives way.
ENGLISH = {"s": "start, not counted", "-": "rest day", "h": "", "m": "{} made-up working day", "p": "paused"}
ENGLISH |= {"e": "{} extended", "r": "gives way"}
CHINESE = {"s": "起算日（不计）", "-": "休息日", "h": "", "m": "{} 调休上班", "p": "中止", "e": "{} 延长", "r": "顺延"}
WORDS = pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh-hans", CHINESE)])


def _read(strip, words):
    """Return the strip ``"11-18 s  19 1"`` as days and words, as the page shows them; a month holds until the next."""
    month, read = "", []
    for day, sign in zip(strip.split()[::2], strip.split()[1::2], strict=True):
        month = day[:-3] or month
        text = words[sign[0]].format(sign[1:]) if sign[0] in words else sign
        read.append((f"{month}-{day[-2:]}", text))
    return read


def _blocks(case, *, today="2026-11-18", since="2025-01-01"):
    rows = deadlines(case, Calendars.load(since=date.fromisoformat(since)), today=date.fromisoformat(today))
    return {block.row.clock.kind: block for block in limit_blocks(rows)}


def _shown(block):
    names = [day.name for day in block.row.strip]
    squares = zip(block.squares, names, strict=True)
    return [(square.on.strftime("%m-%d"), square.text.removesuffix(name).strip()) for square, name in squares]


STRIPS = {
    "a weekend": (VILLAGE, "2026-11-18", "11-18 s 19 1 20 2 21 - 22 - 23 3"),
    "a Thursday before a made-up Saturday in February": (
        VILLAGE,
        "2026-02-12",
        "02-12 s 13 1 14 m2 15 h 16 h 17 h 18 h 19 h 20 h 21 h 22 h 23 h 24 3",
    ),
    "a Thursday before a made-up Saturday in October": (VILLAGE, "2026-10-08", "10-08 s 09 1 10 m2 11 - 12 3"),
    "National Day": (
        TOWN,
        "2026-09-28",
        "09-28 s 29 1 30 2 10-01 h 02 h 03 h 04 h 05 h 06 h 07 h 08 3 09 4 10 m5 11 - 12 6 13 7",
    ),
    "a last day that gives way": (
        ClockKind.MED_LABOUR,
        "2026-09-18",
        (
            "09-18 s 19 1 20 m2 21 3 22 4 23 5 24 6 25 7 26 8 27 9 28 10 29 11 30 12 10-01 13 02 14 03 15 "
            "04 r 05 r 06 r 07 r 08 r"
        ),
    ),
    "a month without the day": (
        MONTH,
        "2026-01-31",
        (
            "01-31 s 02-01 1 02 2 03 3 04 4 05 5 06 6 07 7 08 8 09 9 10 10 11 11 12 12 13 13 14 m14 15 15 16 16 17 17 "
            "18 18 19 19 20 20 21 21 22 22 23 23 24 24 25 25 26 26 27 27 28 m28"
        ),
    ),
}


@WORDS
@pytest.mark.parametrize("name", STRIPS)
def test_a_limit_shows_the_days_that_were_counted_by_hand(house, name, language, words):
    kind, start, strip = STRIPS[name]
    case = triaged(house, now=at(start))
    case.clocks.filter(kind=kind).exists() or start_clock(case, kind, now=at(start))
    with translation.override(language):
        block = _blocks(case, today=start)[kind]
        assert _shown(block) == _read(strip, words)
    assert (block.squares[-1].is_last, block.doubt) == (True, "")


@pytest.fixture
def medical(house):
    """Return a medical dispute accepted on Wednesday 18 November and paused from Friday 20 to Tuesday 1 December."""
    case = mediating(house, now=NOW, category=Category.MEDICAL)
    start_pause(case.pk, reason=MEDICAL, ground="已委托鉴定（示例）", actor=house.mediator, now=at("2026-11-20"))
    return case


@WORDS
def test_days_of_a_pause_are_shown_as_paused(house, medical, language, words):
    end_pause(medical.pk, actor=house.mediator, now=at("2026-12-01"))
    strip = "11-18 s 19 1 20 2 21 p 22 p 23 p 24 p 25 p 26 p 27 p 28 p 29 p 30 p 12-01 p 02 3"
    with translation.override(language):
        assert _shown(_blocks(medical)[VILLAGE]) == _read(strip, words)


@WORDS
def test_a_paused_limit_shows_where_it_would_end_if_it_went_on(house, medical, language, words):
    with translation.override(language):
        block = _blocks(medical, today="2026-11-23")[VILLAGE]
        assert _shown(block) == _read("11-18 s 19 1 20 2 21 p 22 p 23 p 24 3", words)
        assert block.chip == deadline_chip(block.row)
    expected = {"en": ("Paused", "tomorrow"), "zh-hans": ("已中止", "自明日恢复计算")}[language]
    assert (block.chip.text, block.chip.tone, block.row.due_on) == (expected[0], "paused", date(2026, 11, 24))
    assert expected[1] in block.span


def _extended(house, *, refuse=False):
    case = triaged(house, now=NOW)
    new = NewExtension(case.clocks.get(kind=VILLAGE).pk, 2, "一方外出（示例）")
    asked = ask_extension(case.pk, new=new, actor=house.mediator, now=NOW)
    decide = refuse_extension if refuse else grant_extension
    decide(asked.pk, remark="理由成立（示例）", actor=house.town_supervisor, now=NOW)
    return case


@WORDS
def test_days_that_were_granted_are_shown_as_extended(house, language, words):
    case = _extended(house)
    with translation.override(language):
        assert _shown(_blocks(case)[VILLAGE]) == _read("11-18 s 19 1 20 2 21 - 22 - 23 3 24 e4 25 e5", words)


EXTENDED = {
    "en": [
        "Its last day was 2026-11-23 at first.",
        (
            "Extended by 2 working days from 2026-11-23 to 2026-11-25, "
            "asked for by mediator（示例） (一方外出（示例）), granted by town_supervisor（示例）: 理由成立（示例）"
        ),
    ],
    "zh-hans": [
        "最初的截止日为2026-11-23。",
        (
            "延长2 个工作日，截止日由2026-11-23改为2026-11-25；mediator（示例）申请（一方外出（示例）），"
            "town_supervisor（示例）准予：理由成立（示例）"
        ),
    ],
}


@pytest.mark.parametrize("language", EXTENDED)
def test_a_limit_says_who_granted_what_and_why(house, language):
    case = _extended(house)
    with translation.override(language):
        assert _blocks(case)[VILLAGE].grounds == EXTENDED[language]


@pytest.mark.parametrize(("language", "words"), [("en", "refused by town_supervisor"), ("zh-hans", "不予准许")])
def test_a_limit_says_what_was_refused(house, language, words):
    case = _extended(house, refuse=True)
    with translation.override(language):
        (ground,) = _blocks(case)[VILLAGE].grounds
        assert words in ground


PAUSED = {
    "en": "Paused since 2026-11-20, 2027-01-19 at the latest: Medical appraisal (医疗纠纷预防和处理条例第38条), "
    "by mediator（示例）: 已委托鉴定（示例）",
    "zh-hans": "自2026-11-20起中止，最迟至2027-01-19：医疗损害鉴定（医疗纠纷预防和处理条例第38条），"
    "由mediator（示例）提出：已委托鉴定（示例）",
}


@pytest.mark.parametrize("language", PAUSED)
def test_a_limit_says_why_it_is_paused_and_until_when_at_the_latest(house, medical, language):
    with translation.override(language):
        assert _blocks(medical)[VILLAGE].grounds == [PAUSED[language]]


@pytest.mark.parametrize(
    ("kind", "language", "words"),
    [
        (ClockKind.PET_HANDLE, "en", "the law allows 60 days at most"),
        (ClockKind.PET_HANDLE, "zh-hans", "不超过法定期限60 日"),
        (VILLAGE, "en", "no place may set more than 5 working days"),
        (VILLAGE, "zh-hans", "各地设定不得超过5 个工作日"),
        (ClockKind.SIGN_OBJECT, "en", ""),
    ],
)
def test_beside_the_rule_stands_the_most_that_any_rule_may_give(house, kind, language, words):
    case = triaged(house, now=NOW)
    case.clocks.filter(kind=kind).exists() or start_clock(case, kind, now=NOW)
    with translation.override(language):
        assert _blocks(case)[kind].ceiling == words


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_nearest_of_the_limits_that_run_decides(house, language):
    case = mediating(house, now=NOW)
    with translation.override(language):
        rows = [block.row for block in _blocks(case).values()]
        assert "2026-11-23" in effective_due(rows)
        assert str(VILLAGE.label) in effective_due(rows)
        assert effective_due([row for row in rows if row.clock.kind == ClockKind.SIGN_FOR]) == ""


@pytest.mark.parametrize(("language", "words"), [("en", "calendar of its time"), ("zh-hans", "当时的日历")])
def test_a_limit_that_ended_before_the_calendar_changed_says_so_instead_of_showing_wrong_days(house, language, words):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-24", 0))
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=at("2026-11-25"))
    WorkCalendarDay.objects.filter(date=date(2026, 11, 20)).update(is_workday=False, name="示例")
    with translation.override(language):
        block = _blocks(case, today="2026-12-20")[VILLAGE]
        assert (block.squares, words in str(block.doubt), "2026-11-23" in block.span) == ([], True, True)
    assert block.row.late_days == 2


@pytest.mark.parametrize(("language", "words"), [("en", "lacks days"), ("zh-hans", "缺少")])
def test_a_limit_whose_days_are_not_in_the_calendar_says_so(house, language, words):
    case = triaged(house, now=NOW)
    with translation.override(language):
        block = _blocks(case, since="2026-11-19")[VILLAGE]
        assert (block.squares, words in str(block.doubt), block.row.due_on) == ([], True, date(2026, 11, 23))


def test_a_limit_in_hours_has_no_days_and_no_doubt(house):
    case = triaged(house, now=NOW)
    start_clock(case, ClockKind.PET_URGENT, now=NOW)
    block = _blocks(case)[ClockKind.PET_URGENT]
    assert (block.squares, block.doubt) == ([], "")
    assert Clock.objects.get(kind=ClockKind.PET_URGENT).due_on == NOW.date()
