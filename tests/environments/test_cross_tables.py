from __future__ import annotations

import json

from verdict_of import verdict_of

from harness.environments.cross import Crossed, Loaded
from harness.environments.cross_tables import as_json, as_markdown, as_text, instead
from harness.nouns import ASPECTS, Case, Recipe
from harness.verdict import Difference, Unseen


def load(producer, consumer, way="savedmodel-bare", compiled=True, failure="", kept_back=(), **aspects):
    """A load; of each aspect, "lost" or "unseen"; those of `kept_back` are not promised."""
    case = Case(Recipe("model", ""), *way.split("-"))
    lost = [Difference(aspect, "x", "is 1") for aspect, word in aspects.items() if word == "lost"]
    unseen = {aspect: Unseen("none") for aspect, word in aspects.items() if word == "unseen"}
    promised = set(ASPECTS) - set(kept_back)
    stage = "reload" if failure else ""
    verdict = verdict_of(case, *lost, unseen=unseen, promised=promised, stage=stage, failure=failure)
    return Loaded(producer, consumer, compiled, verdict)


CROSSED = Crossed(
    versions={"old": {"tensorflow": "2.10.1"}, "new": {"tensorflow": "2.21.0", "tf-keras": "2.21.0"}},
    broken={"gone": "gone needs Python 3.5, which is not on this machine"},
    loads=[
        load("old", "old"),
        load("old", "new", optimizer="lost", weights="lost", kept_back=["weights"]),
        load("new", "old", failure="TypeError: no | such argument"),
        load("new", "new", predictions="lost"),
        load("old", "old", compiled=False, tokenizer="unseen"),
        load("new", "old", compiled=False),
        load("new", "old", way="export-serving"),
    ],
    day="2026-01-02",
)


def test_the_nearest_way_that_works_is_named():
    failed = CROSSED.loads[2]
    without = [each for each in CROSSED.loads if each.compiled]
    wrong = load("new", "old", way="h5-bare", predictions="lost")

    assert "compile=False" == instead(failed, CROSSED.loads)
    assert "export-serving" == instead(failed, without)
    assert "" == instead(failed, [failed, wrong, load("old", "old"), load("new", "new")])
    assert "" == instead(load("old", "old"), CROSSED.loads), "nothing is asked for"


def test_a_page_for_people():
    page = as_markdown(CROSSED)

    assert "Run on 2026-01-02." in page
    assert "| row | tensorflow | tf-keras |" in page
    assert "| old | 2.10.1 | - |" in page
    assert "gone is left out: gone needs Python 3.5" in page
    assert "| savedmodel-bare | old | new |\n| --- | --- | --- |\n| old | yes | partly [1] |" in page
    assert "| new | no [2] → compile=False | WRONG [3] |" in page
    assert (
        "| savedmodel-bare, compile=False | old | new |\n| --- | --- | --- |\n| old | yes | - |\n| new | yes | - |"
        in page
    )
    assert "\n1. lost: optimizer. For example optimizer['x']: is 1\n" in page
    assert "\n2. reload: TypeError: no | such argument\n" in page


def test_aspects_are_counted_over_what_loaded():
    row = next(line for line in as_markdown(CROSSED).splitlines() if "| savedmodel-bare | 3 of 4 |" in line)
    columns = [each for each in ASPECTS if each != "resave"]
    counts = dict(zip(["recipe", "way", "loaded", *columns], (each.strip() for each in row.strip("|").split("|"))))

    assert ("2/3", "2/3", "3/3") == (counts["optimizer"], counts["predictions"], counts["config"])
    assert "2/3" == counts["weights"]


def test_what_is_not_promised_stands_in_brackets_and_what_nobody_saw_is_a_dash():
    crossed = Crossed(loads=[load("a", "b", tokenizer="unseen", kept_back=["weights"])])
    page = as_markdown(crossed)

    assert "| (1/1) |" in page
    assert "| - |" in page


def test_losses_of_the_same_aspects_share_a_note():
    one, other = load("a", "b", optimizer="lost"), load("b", "b", optimizer="lost")
    page = as_text(Crossed(loads=[one, other]))

    assert 2 == page.count("partly [1]")


def test_json_says_all_of_it():
    told = json.loads(as_json(CROSSED))

    assert "compile=False" == told["loads"][2]["instead"]
    assert {"day", "versions", "broken", "loads"} == set(told)
    assert len(CROSSED.loads) == len(told["loads"])
