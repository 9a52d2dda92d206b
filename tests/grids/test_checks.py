"""The rows of a file as columns: every cell is looked at, and what passes at a glance is what passes in full."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cells import BadCell
from core.tables import BrokenCell
from grids.enums import GridPost, Sex
from grids.rules import cells, columns
from grids.rules.checks import GridCheck, MemberCheck
from grids.rules.identity import IdNumbers, check_digit, check_id_number
from grids.rules.known import KnownGrid
from tests.grids.conftest import BRIDGE, TODAY, grid_cells, id_number, member_cells

VILLAGE = f"{BRIDGE}201"
GRIDS = {code: KnownGrid(pk, code, f"第{pk}网格", is_active=pk < 3) for pk in (1, 2, 3) if (code := f"{VILLAGE}00{pk}")}


def checked(*rows, size=100):
    """Return what is said of rows of a roster, numbered from 2 and read ``size`` at a time, and their values."""
    headers = columns.MEMBERS.columns
    check = MemberCheck(headers, grids=GRIDS, today=TODAY)
    listed = [(number, [row.get(header) for header in headers]) for number, row in enumerate(rows, start=2)]
    blocks = [check.check(listed[start : start + size]) for start in range(0, len(listed), size)]
    said = [
        (block.numbers[index], problem.column, problem.code)
        for block in blocks
        for index, problems in sorted(block.problems.items())
        for problem in problems
    ]
    return said, [
        dict(zip(block.values, values, strict=True))
        for block in blocks
        for values in zip(*block.values.values(), strict=True)
    ]


def test_a_row_tells_everything_that_is_wrong_with_it():
    said, _values = checked({columns.NOTE: "示例"})
    assert {column for _row, column, _code in said} == set(columns.MEMBERS.required)


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({columns.SEX: "女"}, columns.SEX, "sex_conflict"),
        ({columns.STARTS_ON: "2026-07-01"}, columns.STARTS_ON, "starts_in_future"),
        ({columns.ENDS_ON: "2024-12-31"}, columns.ENDS_ON, "ends_before_start"),
        ({columns.GRID_CODE: f"{VILLAGE}009"}, columns.GRID_CODE, "outside"),
        ({columns.GRID_CODE: f"{VILLAGE}003"}, columns.GRID_CODE, "grid_not_in_use"),
        ({columns.GRID_NAME: "第2网格"}, columns.GRID_NAME, "grid_name_differs"),
        ({columns.STARTS_ON: 45658.0}, columns.STARTS_ON, "day_as_number"),
        ({columns.STARTS_ON: "1/5/26"}, columns.STARTS_ON, "ambiguous_day"),
        ({columns.ID_NUMBER: 3.3068119900101e17}, columns.ID_NUMBER, "id_as_number"),
        ({columns.MOBILE: BrokenCell("#N/A")}, columns.MOBILE, "broken_cell"),
        ({columns.NAME: BrokenCell("=A1")}, columns.NAME, "formula"),
        ({columns.POST: True}, columns.POST, "post"),
    ],
)
def test_a_cell_that_is_wrong_is_refused_at_its_column(changes, column, code):
    assert checked(member_cells(1, **changes))[0] == [(2, column, code)]


@pytest.mark.parametrize(
    "changes", [{columns.SEX: "男"}, {columns.STARTS_ON: "2026-06-30"}, {columns.ENDS_ON: "2025-01-01"}]
)
def test_cells_that_just_agree_are_taken(changes):
    said, [values] = checked(member_cells(1, **changes))
    assert (said, values["sex"], values["post"], values["grid_id"]) == ([], Sex.MALE, GridPost.PART_TIME, 1)


@pytest.mark.parametrize("size", [1, 2, 100])
def test_what_stands_twice_is_told_in_the_later_row_whatever_the_blocks(size):
    rows = [member_cells(1, 工作证号="A1"), member_cells(2, 工作证号="A1"), member_cells(1, 工作证号="A1")]
    assert checked(*rows, size=size)[0] == [(3, columns.BADGE_NO, "repeated"), (4, columns.ID_NUMBER, "repeated")]


@pytest.mark.parametrize(
    ("again", "said"),
    [
        ({}, [(columns.GRID_CODE, "several_grids")]),
        ({columns.NAME: "另名"}, [(columns.NAME, "rows_differ"), (columns.GRID_CODE, "several_grids")]),
        ({columns.MOBILE: "13900000000"}, [(columns.MOBILE, "rows_differ"), (columns.GRID_CODE, "several_grids")]),
        ({columns.POST: "专职网格员"}, [(columns.POST, "full_time_twice")]),
    ],
)
def test_one_person_in_two_grids_is_the_same_person_and_full_time_in_one(again, said):
    first = member_cells(1, 岗位="专职网格员")
    second = member_cells(1, **({columns.GRID_CODE: f"{VILLAGE}002"} | again))
    assert [(column, code) for _row, column, code in checked(first, second)[0]] == said


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({columns.GRID_CODE: "合计", columns.NAME: "35 人"}, "totals_row"),
        ({columns.GRID_CODE: "合 计"}, "totals_row"),
        ({columns.NAME: "填表人：样本"}, "totals_row"),
        (dict(zip(columns.MEMBERS.columns, columns.MEMBERS.columns, strict=True)), "header_again"),
        ({columns.ID_NUMBER: " 身份证号 "}, "header_again"),
    ],
)
def test_a_row_that_is_no_member_is_left_aside_and_said_so(row, code):
    said, [values] = checked(row)
    assert (said, set(values.values())) == ([(2, "", code)], {None})


@pytest.mark.parametrize("name", ["合计", "小计一"])
def test_a_member_with_a_number_is_never_a_totals_row(name):
    assert checked(member_cells(1, 姓名=name))[0] == []


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("810000199001010013", True),
        ("820000199001010011", True),
        ("911124198108030024", True),
        ("810100199001010015", False),
    ],
)
def test_permits_and_foreigners_cards_have_regions_of_their_own(number, is_right):
    number = number[:17] + check_digit(number[:17])
    assert IdNumbers(TODAY).is_right(number) is is_right


def test_an_old_card_of_a_foreigner_is_refused_with_what_to_enter():
    with pytest.raises(BadCell, match="18") as caught:
        check_id_number("GBR110077061501", today=TODAY)
    assert caught.value.code == "id_old_foreigner"


NUMBERS = st.from_regex(
    r"(33068[0-9]|8[123]0000|911124|999999)(19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9X]", fullmatch=True
)


@given(st.lists(NUMBERS, max_size=20))
def test_numbers_judged_together_are_judged_as_one_by_one(numbers):
    together = IdNumbers(TODAY)
    for drawn in numbers:
        number = drawn[:17] + check_digit(drawn[:17])
        try:
            alone = check_id_number(number, today=TODAY) == number
        except BadCell:
            alone = False
        assert together.is_right(number) is alone


@given(st.text(max_size=12) | st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_what_passes_at_a_glance_passes_in_full_and_stays_as_it_is(text):
    for glance, check in (
        (cells.PLAIN_NAME, cells.check_name),
        (cells.MOBILE, cells.check_mobile),
        (cells.PLAIN_BADGE, cells.check_badge),
    ):
        assert not glance.fullmatch(text) or check(text) == text


def grids_checked(*rows):
    headers = columns.GRIDS.columns
    check = GridCheck(headers, villages={VILLAGE: 1})
    block = check.check([(number, [row.get(header) for header in headers]) for number, row in enumerate(rows, start=2)])
    return [(block.numbers[index], one.code) for index, said in sorted(block.problems.items()) for one in said]


def test_a_grid_needs_a_code_and_a_name_only():
    assert grids_checked(grid_cells(1, 户数=None)) == []
    assert grids_checked({columns.HOUSEHOLDS: 300}) == [(2, "missing"), (2, "missing")]


@pytest.mark.parametrize(
    ("households", "said"), [(200, []), (199, [(2, "households_unusual")]), (601, [(2, "households_unusual")])]
)
def test_an_unusual_size_of_a_grid_is_a_warning(households, said):
    assert grids_checked(grid_cells(1, 户数=households)) == said


def test_a_day_is_a_day_however_it_is_written():
    for written in ("2026.1.5", "2026年1月5日", "2026/01/05", date(2026, 1, 5), 20260105.0):
        assert checked(member_cells(1, 上岗日期=written))[1][0]["starts_on"] == date(2026, 1, 5)


def test_a_number_that_is_one_character_off_is_refused():
    right = id_number(1)
    for place in range(17):
        wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
        assert checked(member_cells(1, 公民身份号码=wrong))[0] != []
