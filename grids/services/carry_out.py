from collections.abc import Iterator
from typing import Final

from core import clock
from core.errors import DomainError
from grids.enums import ImportState
from grids.services.mark_problems import mark_problems
from grids.services.read_roster import read_roster
from grids.services.take_up import Overtaken, Work
from grids.services.undo_import import undo_import
from grids.services.write_import import write_import


def carry_out(work: Work) -> Iterator[int]:
    """Do what the file waits for. What is wrong with it is told on its page; what another does by now is left to it."""
    try:
        try:
            yield from _STEPS.get(work.state, mark_problems)(work)
        except Overtaken:
            raise
        except DomainError as error:
            work.fail(error)
    except Overtaken:
        return


def _write(work: Work) -> Iterator[int]:
    yield write_import(work.import_id, attempt=work.attempt, now=clock.now()).rows


def _undo(work: Work) -> Iterator[int]:
    yield undo_import(work.import_id, attempt=work.attempt, now=clock.now()).rows


_STEPS: Final = {
    ImportState.WAITING: read_roster,
    ImportState.CONFIRMED: _write,
    ImportState.UNDOING: _undo,
}
