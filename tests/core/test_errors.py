import pytest
from django.utils.translation import gettext_lazy, override

from core.errors import (
    CalendarMissing,
    DomainError,
    IllegalTransition,
    InvalidFile,
    NotPermitted,
    SeparationOfDuties,
)

CODES = {
    DomainError: "refused",
    IllegalTransition: "illegal_transition",
    NotPermitted: "not_permitted",
    SeparationOfDuties: "separation_of_duties",
    CalendarMissing: "calendar_missing",
    InvalidFile: "invalid_file",
}


@pytest.mark.parametrize(("error", "code"), CODES.items())
def test_every_refusal_has_a_code_for_programs(error, code):
    assert error("no").code == code
    assert error("no", code="own").code == "own"


def test_the_message_takes_its_parameters():
    assert str(DomainError("%(who)s is late", who="甲")) == "甲 is late"


def test_a_message_without_parameters_keeps_its_percent_signs():
    assert str(DomainError("100 % sure")) == "100 % sure"


def test_the_message_is_told_in_the_language_of_the_reader_and_not_of_the_thrower():
    with override("zh-hans"):
        error = DomainError(gettext_lazy("Choose the mediator who takes the matter."))
        chinese = str(error)
    with override("en"):
        assert str(error) == "Choose the mediator who takes the matter." != chinese


def test_a_refused_file_lists_its_lines():
    assert InvalidFile("no", problems=[(2, "x")]).problems == [(2, "x")]
    assert InvalidFile("no").problems == []
