"""A model in this process, many prompts side by side, decoded under their schemas: for evaluation without a server."""

import io
import json
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import xgrammar
from xgrammar.contrib.hf import LogitsProcessor

from serving.llm.training import Recipe, device_dtype
from serving.llm.tuning import attention

MAX_TOKENS = 100
SIDE_BY_SIDE = 24


Asked = Sequence[tuple[str, str, dict[str, Any]]]
"""(system, user, schema) of each prompt."""


@dataclass(frozen=True)
class Told:
    """An answer, and how many tokens it took to make, its end included."""

    text: str
    tokens: int


class LocalModel:
    """The model in `folder`, with the adapter on top where one is given (that needs peft)."""

    def __init__(self, folder: Path | str, adapter: Path | None = None) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415 - seconds

        device, dtype = device_dtype(Recipe())
        self._device = device
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, padding_side="left")
        with redirect_stderr(io.StringIO()):  # its own progress bar
            plain: Any = AutoModelForCausalLM.from_pretrained(
                folder, dtype=dtype, attn_implementation=attention(device)
            )
        if adapter:
            import peft  # noqa: PLC0415 - an extra

            plain = peft.PeftModel.from_pretrained(plain, str(adapter)).merge_and_unload()
        self._model = plain.to(device).eval()
        info = xgrammar.TokenizerInfo.from_huggingface(self._tokenizer, vocab_size=self._model.config.vocab_size)
        self._compiler = xgrammar.GrammarCompiler(info)
        self.generated = 0  # tokens so far

    def answers(self, asked: Asked, temperature: float = 0) -> list[str]:
        """One answer for each, in order: greedily, or drawn at a temperature."""
        return [one.text for one in self.told(asked, temperature)]

    def told(self, asked: Asked, temperature: float = 0, most: int = MAX_TOKENS) -> list[Told]:
        """As `answers`, with what each took; at most `most` tokens each."""
        order = sorted(range(len(asked)), key=lambda i: len(asked[i][1]))
        found = [Told("", 0)] * len(asked)
        for at in range(0, len(order), SIDE_BY_SIDE):
            some = order[at : at + SIDE_BY_SIDE]
            for place, told in zip(some, self._together([asked[i] for i in some], temperature, most), strict=True):
                found[place] = told
        return found

    @torch.no_grad()
    def _together(self, asked: Asked, temperature: float, most: int) -> list[Told]:
        chats = [[{"role": "system", "content": s}, {"role": "user", "content": u}] for s, u, _ in asked]
        prompts = [self._tokenizer.apply_chat_template(c, add_generation_prompt=True, tokenize=False) for c in chats]
        held = self._tokenizer(prompts, padding=True, return_tensors="pt", add_special_tokens=False).to(self._device)
        grammars = [self._grammar(schema) for *_, schema in asked]
        end = self._tokenizer.eos_token_id
        drawn = {"do_sample": True, "temperature": temperature, "top_k": 0} if temperature else {"do_sample": False}
        made = self._model.generate(
            **held, **drawn, max_new_tokens=most, logits_processor=[LogitsProcessor(grammars)],
            pad_token_id=end, eos_token_id=end,
        )[:, held["input_ids"].shape[1] :]  # fmt: skip
        texts = self._tokenizer.batch_decode(made, skip_special_tokens=True)
        lengths = ((made != end).sum(dim=1) + 1).clamp(max=made.shape[1]).tolist()
        self.generated += sum(lengths)
        return [Told(text, tokens) for text, tokens in zip(texts, lengths, strict=True)]

    def _grammar(self, schema: dict[str, Any]) -> Any:
        return self._compiler.compile_json_schema(json.dumps(schema), any_whitespace=False, separators=(",", ":"))
