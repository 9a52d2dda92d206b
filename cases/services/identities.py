"""Where the people of a case are written: with their names among the parties, or apart as informants."""

from collections.abc import Sequence
from dataclasses import dataclass

from cases.enums import PartyRole
from cases.models import Case, Identity, Party
from cases.rules.matters import BRINGS_IT


@dataclass(frozen=True, slots=True)
class NewParty:
    """One person or organisation named at the window."""

    role: PartyRole
    name: str
    mobile: str = ""
    address: str = ""


def write_parties(case: Case, *, parties: Sequence[NewParty]) -> None:
    """Write the parties of a new case; whoever brings one that hides identities is an informant from the start."""
    apart = [one for one in parties if case.hides_identity and one.role in BRINGS_IT]
    by_name = [one for one in parties if one not in apart]
    Party.objects.bulk_create(
        Party(case=case, role=one.role, name=one.name, mobile=one.mobile, address=one.address) for one in by_name
    )
    informants = Party.objects.bulk_create(
        Party(case=case, role=one.role, informant=number) for number, one in enumerate(apart)
    )
    Identity.objects.bulk_create(_identity(party, one) for party, one in zip(informants, apart, strict=True))


def hide_identities(case: Case) -> None:
    """Move who brought a locked case, raised just now, from the parties to where nobody sees it."""
    applicants = list(case.parties.filter(role__in=BRINGS_IT).order_by("pk"))
    identities = [_identity(party, party) for party in applicants]
    for number, party in enumerate(applicants):
        party.informant, party.name, party.mobile, party.address = number, "", "", ""
        party.save(update_fields=["informant", "name", "mobile", "address"])
    Identity.objects.bulk_create(identities)


def restore_identities(case: Case) -> None:
    """Move who brought a locked case, lowered to normal just now, back among the parties.

    Raises Identity.DoesNotExist if the database does not show one, and then nothing of it happens.
    """
    for party in case.parties.filter(informant__isnull=False):
        told = Identity.objects.get(party=party)
        party.informant, party.name, party.mobile, party.address = None, told.name, told.mobile, told.address
        party.save(update_fields=["informant", "name", "mobile", "address"])
    Identity.objects.filter(party__case=case).delete()


def _identity(party: Party, told: NewParty | Party) -> Identity:
    return Identity(party=party, name=told.name, mobile=told.mobile, address=told.address)
