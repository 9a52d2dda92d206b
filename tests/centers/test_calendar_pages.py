"""The calendar's pages: a year, a day, a notice to load; every change is looked at before it is confirmed."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centers.enums import CalendarSource, Role
from centers.models import CalendarChange, WorkCalendarDay
from centers.resources import proposals
from centers.resources.proposals import Proposal
from centers.rules.calendar import DayChange, DayValue
from centers.services.load_calendar import load_calendar
from tests.centers.test_notice import BY_LAW, DAY_BY_DAY, NOTICE_2027, as_csv
from tests.factories import at, change_day

NOW = at("2026-11-22")
YEAR = reverse("admin:centers_workcalendarday_changelist")
IMPORT = reverse("admin:centers_workcalendarday_import")
CONFIRM = reverse("admin:centers_workcalendarday_confirm")
FREE = {"kind": "rest", "name": "停电", "ground": "市政府通知（示例）"}


@pytest.fixture
def client_of(tree, person, sign_in, monkeypatch):
    """Return who signs in the administrator of a place, or somebody else; it is Sunday 22 November 2026."""
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    load_calendar([2025, 2026, 2027], now=NOW)

    def enter(code, role=Role.SYSADMIN):
        return sign_in(person(f"{role}{code}", (role, tree[code])))

    return enter


@pytest.fixture
def root(client_of):
    return client_of("3306")


def day_url(day, center=None):
    return reverse("admin:centers_workcalendarday_day", args=[day]) + (f"?center={center.pk}" if center else "")


def confirmed(client, preview, **changes):
    return client.post(CONFIRM, {"proposal": preview.context["proposal"], **changes}, follow=True)


def uploaded(client, data, **changes):
    file = SimpleUploadedFile("通知.csv", data)
    return client.post(IMPORT, {"year": 2027, "ground": "", "file": file, **changes})


def cells(page):
    months = page.context["months"]
    return {cell.on.isoformat(): cell for month in months for week in month.weeks for cell in week if cell}


def test_a_year_is_seen_at_a_glance_with_its_marks(root):
    page = root.get(YEAR)
    shown = cells(page)
    assert (page.context["year"], len(shown), page.context["workdays"]) == (2026, 365, 248)
    marks = {day: shown[day].marks for day in ("2026-10-01", "2026-10-10", "2026-10-11", "2026-10-12")}
    assert marks == {"2026-10-01": ("休",), "2026-10-10": ("班",), "2026-10-11": (), "2026-10-12": ()}
    assert [month.workdays for month in page.context["months"]][9] == 18
    assert [shown[day].tone for day in ("2026-10-01", "2026-10-10", "2026-10-11")] == ["free", "makeup", "rest"]


def test_a_day_says_in_one_sentence_what_it_is_where_from_and_who_changed_it(root, tree):
    change_day("2026-12-01", now=NOW)
    change_day("2026-12-02", center=tree["330681"], now=NOW)
    shown = cells(root.get(YEAR, {"center": tree["330681"].pk}))
    assert shown["2026-12-01"].words == "2026-12-01 星期二 · 休息日（示例假日） · 人工录入 · 系统于2026-11-22变更"
    assert "人工录入，仅限诸暨市" in shown["2026-12-02"].words
    assert (shown["2026-12-01"].marks, shown["2026-12-02"].marks) == (("休", "改"), ("休", "地"))


@pytest.mark.parametrize(("asked", "shown"), [("2027", 2027), ("2025", 2025), ("1999", 2026), ("x", 2026), ("", 2026)])
def test_a_loaded_year_can_be_chosen_and_any_other_is_this_one(root, asked, shown):
    page = root.get(YEAR, {"year": asked})
    assert page.context["year"] == shown
    provisional = {cell.on.year for cell in cells(page).values() if "is-provisional" in cell.tone}
    assert provisional == ({2027} if shown == 2027 else set())


def test_an_empty_calendar_has_a_page_too(tree, person, sign_in):
    assert sign_in(person("admin", (Role.SYSADMIN, tree["3306"]))).get(YEAR).status_code == 200


def test_a_regions_days_are_seen_there_and_not_elsewhere(root, tree):
    change_day("2026-12-02", center=tree["330681"], now=NOW)
    seen = [
        cells(root.get(YEAR, {"center": tree[code].pk} if code else {}))["2026-12-02"].marks
        for code in (None, "330602", "330681", "330681109")
    ]
    assert seen == [(), (), ("休", "地"), ("休", "地")]


@pytest.mark.parametrize(
    ("code", "offered"),
    [("3306", ["3306", "330602", "330681"]), ("330681", ["330681"]), ("330681109", ["330681109"])],
)
def test_the_regions_to_choose_from_are_ones_own_and_those_with_days(client_of, tree, code, offered):
    client = client_of(code)
    choices = client.get(YEAR).context["place_form"].fields["center"].queryset
    assert [center.code for center in choices] == offered
    change_day("2026-12-02", center=tree["330602"], now=NOW)
    assert tree["330602"] in client.get(YEAR).context["place_form"].fields["center"].queryset


@pytest.mark.parametrize("center", ["0", "x", "9" * 25])
def test_a_region_that_never_existed_is_not_found(root, center):
    assert root.get(YEAR, {"center": center}).status_code == 404
    assert root.get(day_url("2026-12-01"), {"center": center}).status_code == 404


@pytest.mark.parametrize("day", ["2026-02-30", "2031-01-01", "x", "20261201x"])
def test_a_day_that_is_not_in_the_calendar_is_not_found(root, day):
    assert root.get(day_url(day)).status_code == 404


def test_whoever_holds_no_post_sees_no_page_of_the_calendar(client_of, person, sign_in):
    client_of("3306")
    client = sign_in(person("nobody"))
    assert {client.get(url).status_code for url in (YEAR, day_url("2026-12-01"), IMPORT)} == {403}
    assert client.post(CONFIRM).status_code == 403


def test_a_clerk_reads_a_day_and_its_history_and_changes_nothing(client_of):
    change = change_day("2026-12-01", now=NOW)
    client = client_of("330681109", Role.INTAKE_CLERK)
    page = client.get(day_url("2026-12-01"))
    assert (page.context["form"], page.context["history"][0].ground) == (None, change.ground)
    assert client.post(day_url("2026-12-01"), FREE).status_code == 403
    assert client.get(IMPORT).status_code == 403


def test_a_row_leads_to_the_page_of_its_day(root):
    row = WorkCalendarDay.objects.get(date="2026-12-01")
    assert root.get(reverse("admin:centers_workcalendarday_change", args=[row.pk])).url == day_url("2026-12-01")
    assert root.get(reverse("admin:centers_workcalendarday_change", args=["x"])).status_code == 404


def test_a_changed_day_is_previewed_and_written_only_when_it_is_confirmed(root):
    preview = root.post(day_url("2026-12-01"), FREE)
    assert (preview.status_code, len(preview.context["switched"])) == (200, 1)
    assert not CalendarChange.objects.exists()
    answer = confirmed(root, preview)
    day = WorkCalendarDay.objects.get(date="2026-12-01")
    assert (day.is_workday, day.name, day.source) == (False, "停电", CalendarSource.STAFF)
    assert (answer.context["year"], "已变更 1 天" in answer.content.decode()) == (2026, True)


@pytest.mark.parametrize("missing", ["kind", "ground"])
def test_a_day_does_not_change_without_a_kind_and_a_ground(root, missing):
    answer = root.post(day_url("2026-12-01"), {**FREE, missing: ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [missing])


def test_a_day_that_is_so_already_has_nothing_to_confirm(root):
    change_day("2026-12-01", now=NOW)
    same = root.post(day_url("2026-12-01"), {**FREE, "name": "示例假日"})
    assert (same.context["count"], "没有需要变更的" in same.content.decode()) == (0, True)


@pytest.mark.parametrize(
    ("administrator", "region", "may"),
    [
        ("3306", None, True),
        ("3306", "330681", True),
        ("330681", "330681", True),
        ("330681", "330681109", True),
        ("330681", None, False),
        ("330681", "3306", False),
        ("330681", "330602", False),
    ],
)
def test_who_administers_a_place_changes_its_days_and_those_below(client_of, tree, administrator, region, may):
    client, center = client_of(administrator), tree[region] if region else None
    url = day_url("2026-12-01", center)
    assert (client.get(url).context["form"] is not None) is may
    answer = client.post(url, FREE)
    assert answer.status_code == (200 if may else 403)
    if may:
        confirmed(client, answer)
    assert WorkCalendarDay.objects.filter(date="2026-12-01", center=center, is_workday=False).exists() is may


def test_a_region_gives_its_day_back_on_the_days_page(client_of, tree):
    client, url = client_of("330681"), day_url("2026-12-01", tree["330681"])
    assert "as_everywhere" not in dict(client.get(url).context["form"].fields["kind"].choices)
    change_day("2026-12-01", center=tree["330681"], now=NOW)
    confirmed(client, client.post(url, {**FREE, "kind": "as_everywhere"}))
    assert not WorkCalendarDay.objects.regional().exists()
    assert [row.becomes for row in client.get(url).context["history"]] == [
        "与全国一致",
        "休息日（示例假日） · 人工录入",
    ]


def test_what_was_previewed_is_not_written_over_what_changed_since(root):
    preview = root.post(day_url("2026-12-01"), FREE)
    change_day("2026-12-01", is_workday=True, now=NOW)
    assert "2026-12-01已被他人变更" in confirmed(root, preview).content.decode()
    assert WorkCalendarDay.objects.get(date="2026-12-01").is_workday


def _changed_signature(proposal):
    return proposal[:-1] + ("A" if proposal[-1] != "A" else "B")


def test_a_preview_that_was_tampered_with_is_not_written(root):
    proposal = root.post(day_url("2026-12-01"), FREE).context["proposal"]
    for forged in ("", "x", _changed_signature(proposal)):
        assert "预览已失效" in root.post(CONFIRM, {"proposal": forged}, follow=True).content.decode()
    assert WorkCalendarDay.objects.get(date="2026-12-01").is_workday


def test_a_preview_is_of_no_use_to_another_account(client_of):
    preview = client_of("3306").post(day_url("2026-12-01"), FREE)
    assert "预览已失效" in confirmed(client_of("330602"), preview).content.decode()
    assert WorkCalendarDay.objects.get(date="2026-12-01").is_workday


@pytest.mark.parametrize(("valid_seconds", "is_written"), [(2 * 3600, True), (-1, False)])
def test_a_preview_is_confirmed_within_its_time_or_not_at_all(root, monkeypatch, valid_seconds, is_written):
    preview = root.post(day_url("2026-12-01"), FREE)
    monkeypatch.setattr(proposals, "VALID_SECONDS", valid_seconds)
    confirmed(root, preview)
    assert WorkCalendarDay.objects.get(date="2026-12-01").is_workday is not is_written


def test_a_right_that_has_gone_since_the_preview_confirms_nothing(client_of, tree, person, sign_in):
    free = DayValue(is_workday=False, name="停电", source=CalendarSource.STAFF)
    clerk = person("clerk", (Role.INTAKE_CLERK, tree["330681"]))
    for center, status in ((None, 302), (tree["330681"], 404)):
        was = DayValue(is_workday=True, name="", source=CalendarSource.NOTICE) if center is None else None
        change = DayChange(date(2026, 12, 1), was, free, center.pk if center else None)
        sealed = Proposal((change,), "通知").sealed(clerk.pk)
        assert sign_in(clerk).post(CONFIRM, {"proposal": sealed}).status_code == status
    assert not CalendarChange.objects.exists()


def test_a_change_is_confirmed_by_post_alone(root):
    assert root.get(CONFIRM).status_code == 405


def test_a_notice_is_previewed_day_by_day_and_loaded_when_it_is_confirmed(root):
    preview = uploaded(root, as_csv(*NOTICE_2027), ground="国办发明电〔2026〕9号（示例）")
    assert (preview.context["count"], CalendarChange.objects.count()) == (365, 0)
    assert [f"{row.on:%m-%d}" for row in preview.context["switched"]][:3] == ["02-11", "02-20", "05-05"]
    answer = confirmed(root, preview)
    assert (answer.context["year"], answer.context["alarm"]) == (2027, None)
    assert WorkCalendarDay.objects.filter(date__year=2027, source=CalendarSource.NOTICE).count() == 365
    assert set(CalendarChange.objects.values_list("ground", flat=True)) == {"国办发明电〔2026〕9号（示例）"}


def test_a_notice_without_a_title_is_recorded_under_its_usual_one(root):
    preview = uploaded(root, as_csv(*NOTICE_2027))
    assert preview.context["ground"] == "国务院办公厅关于2027年部分节假日安排的通知"


def test_a_notice_that_is_loaded_already_changes_nothing(root):
    confirmed(root, uploaded(root, as_csv(*NOTICE_2027)))
    assert uploaded(root, as_csv(*NOTICE_2027)).context["count"] == 0


def test_a_day_of_staff_is_kept_and_told(root):
    change_day("2027-02-20", now=NOW)
    preview = uploaded(root, as_csv(*NOTICE_2027))
    assert [(row.on.isoformat(), row.was) for row in preview.context["kept"]] == [
        ("2027-02-20", "休息日（示例假日） · 人工录入")
    ]
    confirmed(root, preview)
    assert not WorkCalendarDay.objects.get(date="2027-02-20").is_workday


def test_a_wrong_table_is_refused_with_every_place_in_chinese_and_nothing_is_written(root):
    rows = [*BY_LAW, ["2026-12-31", "休息", ""], ["2027-02-30", "休息", ""], ["2027-01-01", "上班", ""]]
    answer = uploaded(root, as_csv(*rows, headers=DAY_BY_DAY))
    text = answer.content.decode()
    assert (answer.status_code, [row for row, _text in answer.context["problems"]]) == (422, [15, 16, 17])
    assert ("第 15 行，日期：2026-12-31不在 2027 年" in text, "没有这一天" in text, "既放假又上班" in text) == (
        True,
    ) * 3
    assert not CalendarChange.objects.exists()


def test_a_file_that_is_no_table_and_no_file_at_all_are_refused(root):
    assert uploaded(root, b"\x89PNG" + bytes(range(256))).status_code == 422
    answer = root.post(IMPORT, {"year": 2027, "ground": ""})
    assert list(answer.context["form"].errors) == ["file"]


def test_a_notice_is_for_this_year_or_the_next(root):
    form = root.get(IMPORT).context["form"]
    assert ([int(year) for year, _text in form.fields["year"].choices], form.initial["year"]) == ([2026, 2027], 2027)
    assert "year" in uploaded(root, as_csv(*NOTICE_2027), year=2028).context["form"].errors


def test_a_notice_over_a_gap_is_refused(tree, person, sign_in, monkeypatch):
    load_calendar([2025], now=NOW)
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    client = sign_in(person("admin", (Role.SYSADMIN, tree["3306"])))
    assert "2026" in str(uploaded(client, as_csv(*NOTICE_2027)).context["form"].errors)


def test_the_year_page_takes_the_same_queries_however_many_days_have_changed(root, tree):
    counts = []
    for day in ("2026-12-01", "2026-12-02", "2026-12-03"):
        change_day(day, now=NOW)
        change_day(day, center=tree["330681"], now=NOW)
        with CaptureQueriesContext(connection) as queries:
            root.get(YEAR, {"center": tree["330681"].pk})
        counts.append(len(queries))
    assert counts[0] == counts[2]
