"""What stands on the pages of a run, in plain values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Iterable, Mapping

from harness.page.states import KNOWN_LOSS, OTHER, STOPPED_AS_KNOWN, State, worst
from harness.report.header import Header


@dataclass(frozen=True)
class Link:
    """Where something is told of.

    Attributes:
        text: In few words.
        url: Where it leads; "" for what is no address on the web.
        anchor: Its place among the causes.
    """

    text: str
    url: str
    anchor: str


@dataclass(frozen=True)
class Because:
    """A cause that is known, of one cell.

    Attributes:
        anchor: Its place among the causes.
        says: What happened.
        instead: What to write.
    """

    anchor: str
    says: str
    instead: str


@dataclass(frozen=True)
class Change:
    """One aspect of a cell that did not simply survive.

    Attributes:
        about: The aspect, or "loading".
        state: What became of it.
        lines: What speaks against it, at most `DIFFERENCES`.
        more: How many lines there are besides.
        note: Why it is not as expected, where the lines do not say it.
        links: Where it is told of.
    """

    about: str
    state: State
    lines: tuple[str, ...]
    more: int
    note: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix.

    Attributes:
        anchor: Its permalink, without spaces: the id that pytest prints, where that has none.
        id: The same as pytest prints it.
        recipe: What was built and trained; the model, of one's own.
        way: Format and loader: "savedmodel-bare".
        state: Whether it loaded.
        aspects: A state for each column.
        headline: What happened, in one line.
        changes: Aspect by aspect, what did not simply survive.
        because: The causes that are known.
        first: The first layer that answers otherwise; "" where none is known.
        facts: What else is known of it, by name: versions, seconds, size.
        reproduce: A command; "" where none is known.
        script: The same with its environment, as a file.
        full: All that is known, as a text without end.
        file: What the two files are called, without suffix; "" where there is nothing to tell.
    """

    anchor: str
    id: str
    recipe: str
    way: str
    state: State
    aspects: tuple[State, ...]
    headline: str
    changes: tuple[Change, ...] = ()
    because: tuple[Because, ...] = ()
    first: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    reproduce: str = ""
    script: str = ""
    full: str = ""
    file: str = ""

    @property
    def all_states(self) -> tuple[State, ...]:
        return (self.state, *self.aspects)

    @property
    def worst(self) -> State:
        return worst(self.all_states)

    @property
    def outcome(self) -> str:
        """How it is counted: by what is other than expected, as "known", or as "kept", with all that was asked for."""
        if self.worst in OTHER:
            return self.worst.id
        return "known" if self.worst in (KNOWN_LOSS, STOPPED_AS_KNOWN) else "kept"


@dataclass(frozen=True)
class Count:
    """Several cells in one place of a table.

    Attributes:
        state: The worst of theirs.
        number: How many are in that state.
        of: How many there are.
    """

    state: State
    number: int
    of: int


@dataclass(frozen=True)
class Way:
    """A format through a loader, and its cells.

    Attributes:
        anchor: Its permalink: "savedmodel-bare".
        format: Its format.
        loader: What the loading process had.
        loaded: How the loading came out.
        aspects: How each column came out.
        cells: One for each recipe.
    """

    anchor: str
    format: str
    loader: str
    loaded: Count
    aspects: tuple[Count, ...]
    cells: tuple[Cell, ...]

    @property
    def overall(self) -> Count:
        """The worst of its cells, where none has lost more than nobody asked for."""
        return count(worst(each.all_states) for each in self.cells)


@dataclass(frozen=True)
class Run:
    """One run, as a page shows it.

    Attributes:
        name: Of its page: the row, or what tells it apart.
        header: When, where and with what.
        aspects: The columns.
        ways: Its formats and loaders, in the order of the results.
        numbers: How many cells are as expected, and how many are not, by what they are.
    """

    name: str
    header: Header
    aspects: tuple[str, ...]
    ways: tuple[Way, ...]
    numbers: tuple[tuple[str, str, int], ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for way in self.ways for cell in way.cells)

    @property
    def others(self) -> tuple[Cell, ...]:
        """The cells that are other than expected."""
        return tuple(cell for cell in self.cells if cell.worst in OTHER)


def count(states: Iterable[State]) -> Count:
    """Several states as one: the worst, and how many there are of it."""
    found = Counter(states)
    state = worst(found)
    return Count(state, found[state], sum(found.values()))
