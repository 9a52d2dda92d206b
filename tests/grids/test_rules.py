from datetime import date, datetime

import pytest

from core.cells import BadCell, parse_day
from core.tables import Headers
from grids.enums import Sex
from grids.rules import cells, columns
from grids.rules.identity import check_digit, check_id_number, sex_of
from tests.grids.conftest import TODAY, id_number


def numbered(region="330681", born="19900101", sequence="001"):
    digits = f"{region}{born}{sequence}"
    return digits + check_digit(digits)


def code_of(check, *args, **kwargs):
    with pytest.raises(BadCell) as caught:
        check(*args, **kwargs)
    return caught.value.code


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("11010519491231002Ｘ", "11010519491231002X"),
        (" 110105 19491231 002ｘ ", "11010519491231002X"),
        ("440524188001010014".replace("1880", "1980"), None),
        (numbered("810000"), numbered("810000")),
        (numbered("820000"), numbered("820000")),
        (numbered("830000"), numbered("830000")),
        (numbered("911840"), numbered("911840")),
    ],
)
def test_identity_numbers_with_the_right_check_digit_are_taken(written, read):
    if read is None:
        assert code_of(check_id_number, written, today=TODAY) == "id_check_digit"
    else:
        assert check_id_number(written, today=TODAY) == read


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (None, "missing"),
        ("  ", "missing"),
        (3.3e17, "id_as_number"),
        (330681199001010019, "id_as_number"),
        ("3.30681E+17", "id_as_number"),
        ("330681900101001", "id_old"),
        ("33068119900101001", "id_shape"),
        ("3306811990010100199", "id_shape"),
        ("33068119900101A019", "id_shape"),
        (numbered("160000"), "id_region"),
        (numbered(born="19901301"), "id_birth_date"),
        (numbered(born="19900230"), "id_birth_date"),
        (numbered(born="18991231"), "id_birth_date"),
        (numbered(born="20260701"), "id_birth_date"),
        (numbered(born="20080701"), "id_minor"),
    ],
)
def test_other_identity_numbers_are_refused_with_the_reason(written, code):
    assert code_of(check_id_number, written, today=TODAY) == code


def test_a_wrong_check_digit_is_told_the_right_one():
    with pytest.raises(BadCell) as caught:
        check_id_number("110105194912310021", today=TODAY)
    assert caught.value.params == {"expected": "X"}


@pytest.mark.parametrize(("born", "adult"), [("20080630", True), ("20080701", False)])
def test_the_eighteenth_birthday_is_the_first_day_of_age(born, adult):
    number = numbered(born=born)
    if adult:
        assert check_id_number(number, today=TODAY) == number
    else:
        assert code_of(check_id_number, number, today=TODAY) == "id_minor"


def test_the_seventeenth_digit_tells_the_sex():
    assert (sex_of(numbered(sequence="001")), sex_of(numbered(sequence="002"))) == (Sex.MALE, Sex.FEMALE)


@pytest.mark.parametrize(
    "written",
    [
        13800000000,
        13800000000.0,
        "13800000000.0",
        " 138 0000 0000 ",
        "138-0000-0000",
        "+8613800000000",
        "8613800000000",
        "008613800000000",
        "１３８００００００００",
    ],
)
def test_mobile_numbers_are_taken_as_they_are_written(written):
    assert cells.check_mobile(written) == "13800000000"


@pytest.mark.parametrize(
    "written", ["12800000000", "1380000000", "138000000000", "0575-87000000", "١٣٨٠٠٠٠٠٠٠٠", "nan"]
)
def test_other_telephone_numbers_are_refused(written):
    assert code_of(cells.check_mobile, written) == "mobile"


@pytest.mark.parametrize(
    "written",
    [
        "2026.1.5",
        "2026-1-5",
        "2026/1/5",
        "2026/01/05",
        "2026年1月5日",
        "2026 年 1 月 5 日",
        "20260105",
        20260105,
        "2026-01-05 00:00:00",
        date(2026, 1, 5),
        datetime(2026, 1, 5),  # noqa: DTZ001 - as a cell has it
    ],
)
def test_days_are_read_in_every_form_offices_use(written):
    assert parse_day(written) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1/5/26", "ambiguous_day"),
        ("5/1/2026", "ambiguous_day"),
        ("26.1.5", "ambiguous_day"),
        ("2026-02-30", "no_such_day"),
        ("20261301", "no_such_day"),
        ("0026-01-05", "implausible_year"),
        (46027, "not_a_day"),
        ("去年", "not_a_day"),
        ("", "missing"),
    ],
)
def test_other_days_are_refused(written, code):
    assert code_of(parse_day, written) == code


@pytest.mark.parametrize(
    "name", ["张三", "阿不都拉·买买提", "阿不都拉•买买提", "示例网格员0001", "甲（示例）", "John Smith", "㐂好"]
)
def test_names_are_taken(name):
    assert cells.check_name(name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("张", "name_length"),
        ("张" * 41, "name_length"),
        ("张三13800000000", "name_characters"),
        ("12", "name_characters"),
        ("=1+1", "name_characters"),
        ("<b>张三", "name_characters"),
        ("·张", "name_characters"),
        (None, "missing"),
    ],
)
def test_other_names_are_refused(name, code):
    assert code_of(cells.check_name, name) == code


@pytest.mark.parametrize("code", ["330681109201001", 330681109201001, 330681109201001.0, "330681 109201 001"])
def test_grid_codes_have_fifteen_digits(code):
    assert cells.check_grid_code(code) == "330681109201001"


@pytest.mark.parametrize("code", ["33068110920100", "3306811092010011", "33068110920100A", 3.3e20, "３３"])
def test_other_grid_codes_are_refused(code):
    assert code_of(cells.check_grid_code, code) == "grid_code"


@pytest.mark.parametrize("number", ["13800000000", "138 0000 0000", id_number(1), "330681900101001"])
def test_a_remark_with_an_identity_or_phone_number_is_refused(number):
    assert code_of(cells.check_note, f"电话{number}。") == "note_personal"


def test_a_remark_is_at_most_two_hundred_characters():
    assert cells.check_note("好" * 200)
    assert code_of(cells.check_note, "好" * 201) == "note_length"


@pytest.mark.parametrize(("word", "post"), list(columns.POSTS.items()))
def test_the_four_posts_are_known(word, post):
    assert cells.check_post(f" {word}\n") is post


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (cells.check_post, "队长"),
        (cells.check_kind, "大网格"),
        (cells.check_sex, "公"),
        (cells.check_households, "许多"),
        (cells.check_households, 20001),
        (cells.check_badge, "A" * 31),
        (cells.check_badge, "A,B"),
        (cells.check_grid_name, "格" * 61),
    ],
)
def test_values_outside_the_vocabulary_are_refused(check, value):
    assert code_of(check, value)


@pytest.mark.parametrize(
    "header", ["身份证号", " 公民\n身份号码 ", "公民身份号码（必填）", "*公民身份号码", "公民身份号码\u3000"]
)
def test_headers_are_found_whatever_surrounds_them(header):
    assert Headers((), aliases=columns.OTHER_NAMES).column_of(header) == columns.ID_NUMBER
