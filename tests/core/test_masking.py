import pytest

from core.masking import mask_id_number, mask_mobile, mask_name


@pytest.mark.parametrize(("name", "shown"), [("样本甲", "样**"), ("甲", "甲"), ("", "")])
def test_a_name_shows_its_first_character(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800001234", "138****1234"), ("12345678", "123****5678"), ("1234567", "****"), ("", "****")],
)
def test_a_mobile_shows_three_and_four_digits_and_a_short_one_none(number, shown):
    assert mask_mobile(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("330681199001010010", "330681********0010"), ("12345678901", "123456********8901"), ("1234567890", "****")],
)
def test_an_id_number_shows_six_and_four_characters_and_a_short_one_none(number, shown):
    assert mask_id_number(number) == shown
