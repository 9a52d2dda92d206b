"""The e-mail door: one message as plain text, over one connection a run."""

import smtplib
from datetime import datetime
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from core.channels import Failure
from core.courier import Outcome
from core.models import ExternalDelivery

REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class MailDoor:
    """A connection to the mail server that is opened with the first letter and closed at the end."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def send(self, row: ExternalDelivery, *, now: datetime) -> Outcome:
        """Hand one letter to the mail server and return what it said; a broken connection is opened anew next time."""
        if not (row.recipient.is_active and row.recipient.email):
            return Outcome(Failure.NO_ADDRESS)
        try:
            self._connection.open()
            self._connection.send_messages([mail_of(row, now=now)])
        except REFUSALS as refusal:
            self._connection.close()
            return Outcome(Failure.REFUSED, _answer(refusal))
        except OSError as error:  # smtplib's own errors among them
            self._connection.close()
            return Outcome(Failure.UNREACHABLE, getattr(error, "smtp_code", None))
        return Outcome()


def mail_of(row: ExternalDelivery, *, now: datetime) -> EmailMessage:
    """Return the message as an e-mail: what the inbox says, the link, and why one receives it."""
    letter = row.message
    why = _("Why you receive this: %(reason)s") % {"reason": letter.reason}
    link = f"{settings.OFFICE_URL}{letter.link}" if settings.OFFICE_URL and letter.link else ""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=" ".join(letter.subject.split()),
        body="\n\n".join(part for part in (letter.body, link, f"——\n{why}") if part) + "\n",
        to=[row.recipient.email],
        headers={
            "Message-ID": f"<{row.key}@{domain}>",
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
        },
    )


def _answer(refusal: smtplib.SMTPException) -> int | None:
    """Return the mail server's number. Its words are not kept: they may quote the address."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return next((code for code, _text in refusal.recipients.values()), None)
    return getattr(refusal, "smtp_code", None)
