from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeLevel(TextChoices):
    """How grave a notice is; the only place where a colour means a grade."""

    YELLOW = "yellow", _("Yellow card")
    RED = "red", _("Red card")


class NoticeState(TextChoices):
    ISSUED = "issued", _("Issued")
    SIGNED_FOR = "signed_for", _("Signed for")
    REPLIED = "replied", _("Answered")
    RETURNED = "returned", _("Returned")
    CLOSED = "closed", _("Closed out")


class NoticeAction(TextChoices):
    SIGN_FOR = "sign_for", _("Sign for")
    REPLY = "reply", _("Answer")
    CLOSE = "close", _("Close out")
    RETURN = "return", _("Return")


class Trigger(TextChoices):
    """Why a notice was issued (Regulations on Petition Work, art. 40, and local practice)."""

    S01 = "S01", _("Not accepted or told in time")
    S02 = "S02", _("Not completed in time without good reason")
    S11 = "S11", _("Notice not answered in time")
