"""The corpus: sentences.tsv, one labelled sentence a line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("sentences.tsv")

# What a sentence is used for. Every one trains the tokenizer.
TRAIN = "train"
OTHER = "other"
ONE = "one"
VOCABULARY = "vocabulary"

#: Negative, neutral, positive.
SENTIMENTS = 3
TOPICS = ("food", "travel", "weather", "work")


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence.

    Attributes:
        split: TRAIN: trained on. OTHER, ONE: only predicted on, in two batches.
            VOCABULARY: neither.
        lang: ISO 639-1.
        sentiment: 0 negative, 1 neutral, 2 positive.
        rating: From 0.0, the worst, to 1.0.
        topics: One or two of TOPICS.
        text: The sentence.
    """

    split: str
    lang: str
    sentiment: int
    rating: float
    topics: tuple[str, ...]
    text: str


def sentences() -> tuple[Sentence, ...]:
    """All of them, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Sentence(
                split=row["split"],
                lang=row["lang"],
                sentiment=int(row["sentiment"]),
                rating=float(row["rating"]),
                topics=tuple(row["topics"].split(",")),
                text=row["text"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        )


def split(name: str) -> tuple[Sentence, ...]:
    return tuple(each for each in sentences() if each.split == name)
