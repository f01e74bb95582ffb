"""Sentence vectors of all-MiniLM-L6-v2 with NumPy alone: the teacher of the guidance's word vectors."""

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

Array = Any


def _tensors(path: Path) -> dict[str, Array]:
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    found: dict[str, Array] = {}
    for name, about in json.loads(raw[8 : 8 + size]).items():
        if name != "__metadata__" and about["dtype"] == "F32":
            start, end = about["data_offsets"]
            numbers = np.frombuffer(raw[8 + size + start : 8 + size + end], np.float32)
            found[name.removeprefix("bert.")] = numbers.reshape(about["shape"])
    return found


def _gelu(x: Array) -> Array:
    # The error function by Abramowitz and Stegun 7.1.26: NumPy has none.
    z = x * np.float32(0.70710678)
    a = np.abs(z)
    t = 1 / (1 + np.float32(0.3275911) * a)
    poly = ((((1.061405429 * t - 1.453152027) * t) + 1.421413741) * t - 0.284496736) * t + 0.254829592
    return (x * np.float32(0.5) * (1 + np.sign(z) * (1 - poly * t * np.exp(-a * a)))).astype(np.float32)


class MiniLM:
    """The model in a folder with `model.safetensors`, `config.json` and `tokenizer.json`."""

    def __init__(self, folder: Path) -> None:
        self._tensors = _tensors(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._layers, self._heads = config["num_hidden_layers"], config["num_attention_heads"]
        self._tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokens.no_padding()
        self._tokens.enable_truncation(128)

    def __call__(self, texts: Sequence[str], *, size: int = 64) -> Array:
        """Return one row of length 1 for each text, as the model's own library gives it."""
        ids = [each.ids for each in self._tokens.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        out = np.zeros((len(ids), 384), np.float32)
        for start in range(0, len(order), size):
            part = order[start : start + size]
            tokens = np.zeros((len(part), max(len(ids[at]) for at in part)), int)
            mask = np.zeros(tokens.shape, np.float32)
            for row, at in enumerate(part):
                tokens[row, : len(ids[at])] = ids[at]
                mask[row, : len(ids[at])] = 1
            mean = (self._states(tokens, mask) * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            out[part] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return out

    def _states(self, tokens: Array, mask: Array) -> Array:
        rows, length = tokens.shape
        from_table = self._tensors["embeddings.word_embeddings.weight"][tokens]
        places = self._tensors["embeddings.position_embeddings.weight"][:length]
        x = from_table + places + self._tensors["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        width = x.shape[-1] // self._heads
        hidden = ((1 - mask) * -1e9)[:, None, None, :].astype(np.float32)
        for layer in range(self._layers):
            at = f"encoder.layer.{layer}."
            query, key, value = (
                self._linear(x, f"{at}attention.self.{name}")
                .reshape(rows, length, self._heads, width)
                .transpose(0, 2, 1, 3)
                for name in ("query", "key", "value")
            )
            scores = query @ key.transpose(0, 1, 3, 2) / np.float32(width**0.5) + hidden
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(rows, length, -1)
            x = self._norm(
                x + self._linear(mixed, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm"
            )
            inner = _gelu(self._linear(x, f"{at}intermediate.dense"))
            x = self._norm(x + self._linear(inner, f"{at}output.dense"), f"{at}output.LayerNorm")
        return x

    def _norm(self, x: Array, name: str) -> Array:
        away = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((away * away).mean(-1, keepdims=True) + 1e-12)
        return away / spread * self._tensors[f"{name}.weight"] + self._tensors[f"{name}.bias"]

    def _linear(self, x: Array, name: str) -> Array:
        return x @ self._tensors[f"{name}.weight"].T + self._tensors[f"{name}.bias"]
