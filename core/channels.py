"""The words of delivery: which occasions there are, the doors a message leaves by, and how it fares there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageKind(TextChoices):
    """What a message is about: the first word of its key. A gateway may be given some kinds and not others."""

    LIMIT = "step", _("Limits: reminders, warnings, escalation and notices")
    EXTENSION = "extension", _("Extensions: requests and decisions")
    CALENDAR = "calendar", _("Limits moved by a change of the calendar")
    STAND_IN = "standin", _("Stand-ins")
    RECUSAL = "recusal", _("Recusals: matters that need another handler")
    IDENTITY = "identity", _("Informants: requests and decisions that take a second person")
    FOLLOW_UP = "followup", _("Follow-ups: dissatisfaction to decide about")
    JOINT = "joint", _("Joint mediation: units asked to take part and their answers")
    REORGANISATION = "reorg", _("Reorganised centers: matters taken from their handlers")


class Channel(TextChoices):
    """How a message leaves the house; every message also lies in the inbox."""

    EMAIL = "email", _("E-mail")
    WEBHOOK = "webhook", _("Gateway")


class DeliveryState(TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Given up")
    WITHHELD = "withheld", _("No longer meant for the recipient")


class Failure(TextChoices):
    """Why the last attempt did not end in "sent"."""

    UNREACHABLE = "unreachable", _("No answer in time")
    REFUSED = "refused", _("Not taken by the other side")
    NO_ADDRESS = "no_address", _("No address any more")
    ABANDONED = "abandoned", _("The sender stopped on the way")
    STALE = "stale", _("Waited too long")
    UNREADABLE = "unreadable", _("The address cannot be decrypted")

    @property
    def is_final(self) -> bool:
        """Whether another attempt would end the same way, until somebody has put the address right."""
        return self in {Failure.NO_ADDRESS, Failure.UNREADABLE}
