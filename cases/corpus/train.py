"""Train the suite's tokenizer on the suite's sentences: `python -m cases.corpus.train`.

The same sentences and the same sentencepiece give the same bytes, so the model
that is committed can be made again, and tests/suite/test_corpus.py does.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Iterable

from cases.corpus.sentences import sentences

#: XLM-RoBERTa's own name for it, by which its tokenizers find the file in a folder.
MODEL = Path(__file__).with_name("sentencepiece.bpe.model")
#: The version that wrote MODEL. Another one may write other bytes.
SENTENCEPIECE = "0.2.3"


def train(texts: Iterable[str]) -> bytes:
    """A sentencepiece model that knows every character of the texts, so that none becomes <unk>.

    It goes without Unicode normalisation, whose table would make 4 kB into 244,
    and through an iterator and a writer, since a path would become part of the model.
    """
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        model_type="unigram",
        vocab_size=360,
        character_coverage=1.0,
        normalization_rule_name="identity",
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


if __name__ == "__main__":
    MODEL.write_bytes(train(each.text for each in sentences()))
