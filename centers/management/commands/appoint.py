import getpass
import os
from argparse import ArgumentParser
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from centers.enums import Role
from centers.models import Center, Unit
from centers.services.appoint import appoint
from core import clock
from core.audit import AuditAct, record
from core.errors import DomainError
from core.jobs import system_account
from core.models import User

PASSWORD_VARIABLE: Final = "APPOINT_PASSWORD"  # noqa: S105 - the name of a variable


class Command(BaseCommand):
    help = (
        "Appoint an account to a post; with --create, make the account first. The password is asked for, or read from"
        f" the variable {PASSWORD_VARIABLE}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", help=", ".join(Role.values))
        parser.add_argument("center", metavar="CENTER_CODE")
        parser.add_argument("--unit", metavar="NAME")
        parser.add_argument("--from", dest="starts_on", metavar="DATE")
        parser.add_argument("--create", action="store_true")
        parser.add_argument("--name", metavar="FULL_NAME")

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            self._appoint(options)

    @transaction.atomic
    def _appoint(self, options: dict[str, Any]) -> None:
        role = _role(options["role"])
        starts_on = _day(options["starts_on"]) if options["starts_on"] else clock.today()
        center = _center(options["center"])
        unit = _unit(center, options["unit"]) if options["unit"] else None
        user = _new_user(options) if options["create"] else _known_user(options["username"])
        try:
            post = appoint(
                user,
                role=role,
                center=center,
                unit=unit,
                starts_on=starts_on,
                actor=system_account(),
                now=clock.now(),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(user)s is %(post)s from %(day)s") % {"user": user, "post": post, "day": starts_on.isoformat()}
        )


def _role(text: str) -> Role:
    if text not in Role.values:
        roles = "\n".join(f"  {role.value}  {role.label}" for role in Role)
        raise CommandError(_("There is no role %(role)s. Choose one of:\n%(roles)s") % {"role": text, "roles": roles})
    return Role(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("%(text)s is no day. Write it as 2026-01-31.") % {"text": text}) from error


def _center(code: str) -> Center:
    center = Center.objects.filter(code=code).first()
    if center is None:
        raise CommandError(
            _("There is no center with the code %(code)s. Check it, or load the divisions first.") % {"code": code}
        )
    return center


def _unit(center: Center, name: str) -> Unit:
    unit = Unit.objects.filter(center=center, name=name).first()
    if unit is None:
        names = ", ".join(Unit.objects.filter(center=center).order_by("pk").values_list("name", flat=True)[:20])
        raise CommandError(
            _("%(center)s has no unit %(name)s. Its units: %(names)s")
            % {"center": center, "name": name, "names": names or "-"}
        )
    return unit


def _known_user(username: str) -> User:
    user = User.objects.get_queryset().filter(username=username).first()
    if user is None:
        raise CommandError(
            _("There is no account %(username)s. To make it, add --create --name FULL_NAME.") % {"username": username}
        )
    return user


def _new_user(options: dict[str, Any]) -> User:
    if not options["name"]:
        raise CommandError(_("A new account needs the person's name: --name FULL_NAME."))
    user = User(username=options["username"], full_name=options["name"])
    try:
        user.clean_fields(exclude=["password"])
        user.validate_unique()
        password = os.environ.get(PASSWORD_VARIABLE) or _asked_password()
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError("\n".join(error.messages)) from error
    account = User.objects.create_user(user.username, password, full_name=user.full_name)
    record(AuditAct.ACCOUNT_CREATED, actor=system_account(), subject=account, now=clock.now())
    return account


def _asked_password() -> str:
    password = getpass.getpass(_("Password: "))
    if password != getpass.getpass(_("Once more: ")):
        raise CommandError(_("The two passwords differ. Start again."))
    return password
