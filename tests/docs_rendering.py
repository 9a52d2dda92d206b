"""Draws docs/states.md from the transition tables; ``python -m tests.docs_rendering`` writes it anew."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from disputes.enums import Action, State
from disputes.rules import procedure as disputes
from petitions import enums as petition
from petitions.rules import procedure as petitions
from supervision import rules as supervision
from supervision.enums import NoticeAction, NoticeState

PAGE = Path(__file__).parent.parent / "docs" / "states.md"
REFRESH = ".venv/bin/python -m tests.docs_rendering"

INTRODUCTION = f"""# States

Drawn from the tables `TRANSITIONS` and `PERMISSIONS` in each procedure's `rules.py`; do not edit it by hand.
Write it anew with `{REFRESH}`; a test fails while it differs from the code.

An act that does not stand in a row below is refused with an error and changes nothing.
"""

DISPUTE_NOTES = """A right counts where the matter arose, or on a center above: the right to handle only for the person
on whose desk the case lies, the right to triage only at the center that holds the case, or above it.

Every way out waits for a second person: whoever reported the result or handles the case cannot confirm it. A
returned agreement goes back into mediation; a returned end without agreement goes back to the moment before
acceptance, a matter guided out to the moment before triage. Whoever consented in this round, to this committee, is not
asked again. A consent to one committee is none to another: where another center takes the matter over, mediation goes
on only once every party has said yes to it.

An agreement of which nothing is left to be done goes from its check through `performing` and `performed` to `closed` at
once. Otherwise the matter stays open in `performing` until all is reported as performed, or as not kept, which takes an
urging after the agreed day; either waits for a second person again. That an agreement was reached stays the result of
the round whatever follows.

A matter is accepted only with a respondent; whoever turns out to be a party later is added from triage until the result
is reported, and asked for consent like every other. Mediation starts, and an agreement is recorded, only while nobody
who mediates has a conflict: whoever was recused, or bears the name of a party. Unless a party chose somebody, the
handler is designated. An objection of a party replaces a mediator at once; the one replaced has no part in the matter
from then on, and the center that holds it, not the mediator, takes the objection down.

Where somebody's safety is at stake, whoever sees the matter flags it: domestic violence, a minor, or a person without
full legal capacity. Until a second person, neither the handler nor the one who set it, clears the flag with a reason,
the parties are not brought together in one session, and while a duty that the law asks for has not been recorded as
done no agreement is recorded, the committee ends no mediation, and no result is confirmed. A party may go at any time:
what is owed then stays owed until the matter is closed. The window may flag danger with the registration.

What the police, a court, the petition office, the government or the hotline entrusts is taken down with its letter
until there is a result, of a court until the matter is accepted, and becomes the matter's source. The parties consent
to it all the same. A court's stage (before filing, ordinary or summary procedure) decides the limit that acceptance
starts, which counts from the day on which the letter was signed for, whatever the category. A matter is closed only
once each organ that entrusted it was told its result; a result that is sent back is told anew. A matter that is
handed to an organ stays where it stands. A report by duty to the police or the competent department takes nobody's
consent, anything else takes that of the parties; a sealed matter is handed out by a report to the police alone. Once
the organ has taken it up, the page leads to the end of the mediation for that reason. Whoever tells a result, hands a
matter out or takes down an answer has handled the matter; whoever took down a letter has not.
"""

PETITION_NOTES = """A right counts as in a mediation; the right to sign only for the leader of the unit that handles
the matter, and never for whoever drafted the opinion or handles the matter. Which acts are open also follows from what
the petition is for: a claim is accepted only where no other statutory route decides it (art. 31(6)), a suggestion is
replied to, and an accusation, which lies under seal, is handed to the organ that is competent and never to whom it
accuses.

An opinion takes that the petitioner was told of the acceptance and was heard, and is served with proof. Every end waits
for a second person who had no hand in it, and for each notice that it owes to be served; the first one falls away only
where name or address are unclear. An opinion that was confirmed stays open until the thirty days since its service are
over, and until what it obliges to was executed; a returned one is replaced by another with thirty days of its own. A
withdrawal is the petitioner's own statement.

A petition that is triaged without a handler is referred to a unit, whose leader signs for it and names one, or objects,
also after that while it was not accepted. About a first objection in a round whoever sent it decides, about a second
one the director of the common superior, whose decision is itself a referral.

A review that is asked for before what was served is checked waits for the check, and its days run meanwhile; the act
leads nowhere then. While a review is under way the matter lies with the higher organ, and goes back with its
withdrawal, or when the opinion was revoked: then the check itself leads on to `accepted`. The check of a re-review
closes the matter, unless something is still to be executed.
"""

NOTICE_NOTES = """A right counts on the center the notice is addressed to, or above it. Whoever answered a notice cannot
close it out. A returned answer can be given again as often as needed; the day it was due does not move.
"""


def render_states() -> str:
    """Return the whole of docs/states.md, in English whatever language is active."""
    with translation.override(None):
        parts = [
            INTRODUCTION,
            _procedure("Mediation of a dispute", disputes.TRANSITIONS, disputes.PERMISSIONS, State, Action),
            DISPUTE_NOTES,
            _procedure("Petition", petitions.TRANSITIONS, petitions.PERMISSIONS, petition.State, petition.Action),
            PETITION_NOTES,
            _procedure(
                "Supervision notice", supervision.TRANSITIONS, supervision.PERMISSIONS, NoticeState, NoticeAction
            ),
            NOTICE_NOTES,
        ]
    return "\n".join(parts)


def _procedure(
    title: str,
    transitions: Mapping[tuple[TextChoices, TextChoices], TextChoices],
    permissions: Mapping[TextChoices, str],
    states: type[TextChoices],
    actions: type[TextChoices],
) -> str:
    rows = [(state, action, transitions[state, action], permissions[action]) for state, action in transitions]
    return "\n".join(
        [
            f"## {title}\n",
            *_table(("From", "Act", "To", "Right it takes"), (_cells(*row) for row in rows)),
            "",
            *_table(("State", "Means"), ((f"`{state.value}`", str(state.label)) for state in states)),
            "",
            *_table(("Act", "Button"), ((f"`{action.value}`", str(action.label)) for action in actions)),
            "",
            *_diagram(transitions, states),
            "",
        ]
    )


def _cells(state: TextChoices, action: TextChoices, target: TextChoices, permission: str) -> tuple[str, ...]:
    return tuple(f"`{text}`" for text in (state.value, action.value, target.value, permission))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [_line(head), _line(("---",) * len(head)), *map(_line, rows)]


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _diagram(
    transitions: Mapping[tuple[TextChoices, TextChoices], TextChoices], states: type[TextChoices]
) -> list[str]:
    left = {state for state, _action in transitions}
    reached = set(transitions.values())
    return [
        "```mermaid",
        "stateDiagram-v2",
        *(f"    [*] --> {state.value}" for state in states if state not in reached),
        *(f"    {state.value} --> {target.value}: {action.value}" for (state, action), target in transitions.items()),
        *(f"    {state.value} --> [*]" for state in states if state not in left),
        "```",
    ]


if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    PAGE.write_text(render_states(), encoding="utf-8")
