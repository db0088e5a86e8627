"""XLM-RoBERTa's token ids by sentencepiece alone, for environments that have neither transformers nor keras-hub.

Has as much of transformers' tokenizer as the targets ask for; a test compares the ids.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Sequence

import numpy as np

#: fairseq puts these before sentencepiece's pieces, which have <unk>, <s> and </s> in front themselves.
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
BEGIN, PAD, END, UNKNOWN = range(4)
MASK = "<mask>"


class Pieces:
    """A tokenizer of one sentencepiece model."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _model(self) -> Any:
        from sentencepiece import SentencePieceProcessor

        return SentencePieceProcessor(model_file=str(self._path))

    def __len__(self) -> int:
        return len(self._model) + 2  # <pad> and <mask> are no pieces

    @property
    def mask_token_id(self) -> int:
        return len(self) - 1

    @property
    def all_special_ids(self) -> list[int]:
        return [*range(len(SPECIAL)), self.mask_token_id]

    def __call__(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None, *, padding: bool, return_tensors: str
    ) -> dict[str, np.ndarray]:
        """Texts, or pairs of texts, padded to the longest: input_ids and attention_mask, int64 (examples, tokens)."""
        assert padding
        assert return_tensors == "np"
        rows = [[BEGIN, *self._ids(text), END] for text in texts]
        if pairs is not None:
            rows = [[*row, END, *self._ids(pair), END] for row, pair in zip(rows, pairs)]
        width = max(map(len, rows))
        ids = np.array([row + [PAD] * (width - len(row)) for row in rows])
        mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in rows])
        return {"input_ids": ids, "attention_mask": mask}

    def convert_ids_to_tokens(self, ids: Sequence[int]) -> list[str]:
        return [self._piece(each) for each in ids]

    def _ids(self, text: str) -> list[int]:
        # Sentencepiece's ids are one lower, and its <unk> is 0.
        return [each + 1 if each else UNKNOWN for each in self._model.encode(text)]

    def _piece(self, id: int) -> str:
        if id == self.mask_token_id:
            return MASK
        return SPECIAL[id] if id < len(SPECIAL) else str(self._model.id_to_piece(id - 1))
