"""A State Council notice that somebody put into a table: what is read of it, and what is refused with its place."""

import io
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from centers.enums import CalendarSource
from centers.resources.notices import read_notice_file
from centers.rules.calendar import DayValue
from core.errors import InvalidFile

# A sample: nobody knows the real one yet.
NOTICE_2027 = [
    ["元旦", "2027-01-01", "2027-01-03", ""],
    ["春节", "2027年2月5日", "2027年2月11日", "2月20日（星期六）"],
    ["清明", "2027/4/3", "2027/4/5", ""],
    ["劳动节", "2027.5.1", "2027.5.5", "2027-05-08"],
    ["端午", "6月9日", "", ""],
    ["中秋", "2027-09-15", "2027-09-15", ""],
    ["国庆", "2027-10-01", "2027-10-07", "2027-09-26，2027-10-09"],
]
BY_HOLIDAY = ["节日", "放假起", "放假止", "调休上班日"]
DAY_BY_DAY = ["日期", "是否上班", "节日"]
STATUTORY = ["01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15"]
STATUTORY += ["10-01", "10-02", "10-03"]
BY_LAW = [[f"2027-{day}", "休息", "法定"] for day in STATUTORY]


def as_csv(*rows, headers=BY_HOLIDAY, encoding="utf-8"):
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [headers, *rows]).encode(encoding)


def as_workbook(*rows, headers=DAY_BY_DAY):
    book, stream = Workbook(), io.BytesIO()
    for row in [headers, *rows]:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def read(data, year=2027):
    return read_notice_file(data, year=year)


def problems(data, year=2027):
    with pytest.raises(InvalidFile) as caught:
        read(data, year)
    return caught.value.problems


def kind(notice, day):
    value = notice.days[date.fromisoformat(day)]
    return value.is_workday, value.name


def test_a_notice_by_holidays_gives_every_day_of_the_year():
    notice = read(as_csv(*NOTICE_2027))
    assert len(notice.days) == 365
    assert notice.days[date(2027, 2, 11)] == DayValue(is_workday=False, name="春节", source=CalendarSource.NOTICE)
    worked = [f"{on:%m-%d}" for on, day in notice.days.items() if day.is_workday and on.weekday() > 4]
    assert worked == ["02-20", "05-08", "09-26", "10-09"]
    assert kind(notice, "2027-02-20") == (True, "春节调休")


def test_days_the_table_does_not_name_are_as_the_week_has_them():
    notice = read(as_csv(*NOTICE_2027))
    assert [kind(notice, day) for day in ("2027-03-05", "2027-03-06")] == [(True, ""), (False, "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_table_is_read_in_the_encodings_and_forms_of_the_office(encoding, delimiter):
    rows = [[*row[:3], row[3].replace("，", "、")] for row in NOTICE_2027]
    text = "\r\n".join(delimiter.join(row) for row in [BY_HOLIDAY, *rows])
    assert read(text.encode(encoding)).days == read(as_csv(*NOTICE_2027)).days


def test_columns_stand_in_any_order_under_titles_and_other_names():
    rows = [[row[3], row[1], row[2], row[0]] for row in NOTICE_2027]
    headers = ["补班日", "放假开始", " 放假 结束*", "节日名称"]
    data = as_workbook(["说明"], headers, *rows, headers=["2027年放假安排"])
    assert read(data).days == read(as_csv(*NOTICE_2027)).days


@pytest.mark.parametrize(
    "written",
    [
        "2027-02-20",
        "2027/2/20",
        "2027.2.20",
        "2027年2月20日",
        "2月20日（周六）",
        "２０２７－２－２０",
        "2027-02-20 00:00:00",
    ],
)
@pytest.mark.parametrize("word", ["上班", "是", "班", True, 1])
def test_a_table_day_by_day_reads_dates_and_words_as_people_write_them(written, word):
    notice = read(as_workbook(*BY_LAW, [written, word, "春节"]))
    assert kind(notice, "2027-02-20") == (True, "春节调休")


@pytest.mark.parametrize("cell", [datetime.combine(date(2027, 7, 1), time.min), date(2027, 7, 1)])
@pytest.mark.parametrize("word", ["休息", "否", "休", "放假", False, 0])
def test_a_date_that_excel_keeps_as_a_date_is_one(cell, word):
    notice = read(as_workbook(*BY_LAW, [cell, word, None]))
    assert kind(notice, "2027-07-01") == (False, "放假")


def test_one_made_up_day_that_excel_keeps_as_a_date_is_one():
    rows = [
        *NOTICE_2027[:1],
        ["春节", "2027-02-05", "2027-02-11", datetime.combine(date(2027, 2, 20), time.min)],
        *NOTICE_2027[2:],
    ]
    assert kind(read(as_workbook(*rows, headers=BY_HOLIDAY)), "2027-02-20") == (True, "春节调休")


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["2026-12-31", "休息", ""], "日期", "2027"),
        (["2027-02-29", "休息", ""], "日期", "没有这一天"),
        (["2027-02-30", "休息", ""], "日期", "没有这一天"),
        (["明天", "休息", ""], "日期", "不是日期"),
        (["", "休息", "春节"], "日期", "未填写"),
        (["2027-07-01", "也许", ""], "是否上班", "上班"),
        (["2027-07-01", "", ""], "是否上班", "上班"),
        (["2027-10-01", "休息", ""], "日期", "重复，首次出现在第 12 行"),
        (["2027-10-01", "上班", ""], "日期", "既放假又上班，见第 12 行"),
        (["2月20日（周日）", "上班", ""], "日期", "星期六"),
        (["2027-07-01", "休息", "长" * 37], "节日", "36"),
    ],
)
def test_a_wrong_line_is_told_with_its_row_and_column(row, column, words):
    ((number, text),) = problems(as_workbook(*BY_LAW, row))
    assert (number, text.partition("：")[0]) == (15, column)
    assert words in text


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["假", "2027-07-05", "2027-07-01", ""], "放假止", "早于"),
        (["假", "2027-07-01", "2027-07-16", ""], "放假止", "16 天"),
        (["假", "2026-12-31", "2027-07-01", ""], "放假起", "2027"),
        (["假", "2027-07-01", "2028-07-01", ""], "放假止", "2027"),
        (["", "2027-07-01", "2027-07-01", ""], "节日", "节日名称"),
        (["假", "2027-10-07", "2027-10-07", ""], "放假起", "重复，首次出现在第 8 行"),
        (["假", "2027-07-01", "2027-07-03", "2027-07-03"], "调休上班日", "既放假又上班，见第 9 行"),
        (["假", "2027-07-01", "2027-07-01", "2027-07-03、二月三十"], "调休上班日", "不是日期"),
    ],
)
def test_a_wrong_holiday_is_told_with_its_row_and_column(row, column, words):
    ((number, text),) = problems(as_csv(*NOTICE_2027, row))
    assert (number, text.partition("：")[0]) == (9, column)
    assert words in text


def test_everything_that_is_wrong_is_told_at_once():
    wrong = [["2026-10-01", "休息", ""], ["2027-13-01", "休息", ""], ["2027-10-01", "班", ""], ["2027-07-01", "？", ""]]
    assert [number for number, _text in problems(as_workbook(*BY_LAW, *wrong))] == [15, 16, 17, 18]


def test_a_statutory_holiday_that_the_table_leaves_out_or_works_is_told():
    rows = [*BY_LAW[:9], ["2027-09-15", "上班", ""], *BY_LAW[11:]]
    found = problems(as_workbook(*rows))
    assert [(number, text.removeprefix("日期：")[:10]) for number, text in found] == [
        (11, "2027-09-15"),
        (0, "2027-10-01"),
    ]


def test_the_notice_of_another_year_is_refused_line_by_line():
    assert len(problems(as_workbook(*BY_LAW), year=2028)) >= 13


def test_a_longest_holiday_and_a_longest_name_are_taken():
    name = "长" * 36
    notice = read(as_csv(*NOTICE_2027, [name, "2027-07-01", "2027-07-15", "2027-07-17"]))
    assert kind(notice, "2027-07-17") == (True, f"{name}调休")


def test_a_made_up_day_that_is_no_weekend_is_a_warning_and_stays_a_working_day():
    notice = read(as_csv(*NOTICE_2027, ["假", "2027-07-01", "2027-07-01", "2027-07-05"]))
    assert kind(notice, "2027-07-05") == (True, "")
    assert "第 9 行：2027-07-05不是周末（星期一）" in notice.warnings[0]


@pytest.mark.parametrize(("dropped", "warned"), [(False, False), (True, True)])
def test_a_year_with_another_number_of_working_days_than_the_law_gives_is_a_warning(dropped, warned):
    rows = [*NOTICE_2027[:6], ["国庆", "2027-10-01", "2027-10-07", "2027-09-26" if dropped else NOTICE_2027[6][3]]]
    warnings = read(as_csv(*rows)).warnings
    assert [("247 个工作日" in warning, "248" in warning) for warning in warnings] == [(True, True)] * warned


BROKEN = {
    "nothing": (b"", "empty"),
    "a letter": ("今年放假安排如下。".encode(), "missing_columns"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "picture"),
    "half a workbook": (as_workbook(*BY_LAW)[:2000], "broken"),
    "half an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken"),
    "headers alone": (as_csv(), "no_rows"),
    "empty rows": (as_csv(["", "", "", ""]), "no_rows"),
    "another table": (as_csv(["甲", "1"], headers=["姓名", "岗位"]), "missing_columns"),
    "headers too far down": (as_csv(*[["", "", ""]] * 20, DAY_BY_DAY, headers=["x"]), "missing_columns"),
    "a column twice": (as_csv(["1", "2", "3"], headers=["日期", "日期", "是否上班"]), "repeated_columns"),
    "too many rows": (as_csv(*[["2027-01-01", "休", ""]] * 501, headers=DAY_BY_DAY), "too_many_rows"),
    "too large": (b"x" * (1024 * 1024 + 1), "too_large"),
    "a cell without end": (b'"' + b"x" * 200_000, "long_cells"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_table_of_a_notice_is_refused_with_what_to_do(name):
    data, code = BROKEN[name]
    with pytest.raises(InvalidFile) as caught:
        read(data)
    assert caught.value.code == code
    assert str(caught.value)
