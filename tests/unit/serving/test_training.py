"""Fine-tuning on a small model: it learns, only answers count, it can be stopped and gone on with, and it merges."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from serving.llm.batches import Tokens, batches, encoded
from serving.llm.dataset import Row
from serving.llm.merging import CONFIG, MergeError, merge
from serving.llm.training import CHECKPOINT, REPORT, Recipe, Trainer, TrainingError
from serving.llm.tuning import Method, Tuning
from tests.unit.serving.letters import small_model

pytest.importorskip("peft")

ROWS = [
    Row("request", "train", "en", "f", "Read.", f"what if {n}", f'{{"tool":"what_if","price":"{n}"}}')
    for n in range(40)
]


def recipe(method: Method = "lora", **other: Any) -> Recipe:
    known: dict[str, Any] = {"dtype": "float32", "batch": 512, "rate": 1e-2, "validate_every": 2000, "patience": 99}
    return Recipe(Tuning(method, rank=4, prefix=4), **(known | other))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def rows(base: Path) -> list[Tokens]:
    return encoded(ROWS, AutoTokenizer.from_pretrained(base))


def quiet(done: int, of: int, beside: str) -> None:
    return None


def test_only_the_answer_and_its_end_are_learnt(base: Path, rows: list[Tokens]) -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(base)
    batch = batches(rows[:1], 512)[0]
    learnt = tokenizer.decode(batch.labels[batch.labels != -100])
    assert learnt == ROWS[0].answer + "<|im_end|>"


def test_batches_hold_every_row_once_and_no_more_than_they_may(rows: list[Tokens]) -> None:
    made = batches(rows, 300)
    assert sum(len(batch.ids) for batch in made) == len(rows)
    assert all(batch.ids.numel() <= 300 for batch in made)


@pytest.mark.filterwarnings("ignore:Adapter 'default'")  # AdaLoRA may leave a layer without any rank
@pytest.mark.parametrize("method", ["lora", "adalora", "prefix", "full"])
def test_each_method_learns(method: Method, base: Path, rows: list[Tokens], tmp_path: Path) -> None:
    epochs = 12 if method == "prefix" else 4
    state = Trainer(base, tmp_path, recipe(method, epochs=epochs)).train(rows, rows[:8], quiet)
    assert state.best < state.curve[0]["validation"]
    told = json.loads((tmp_path / REPORT).read_text("utf-8"))
    assert told["recipe"]["tuning"]["method"] == method
    assert str(base) not in (tmp_path / REPORT).read_text("utf-8")


def test_an_adapter_tells_no_path_of_the_machine_it_was_made_on(base: Path, rows: list[Tokens], tmp_path: Path) -> None:
    Trainer(base, tmp_path, recipe()).train(rows, rows[:8], quiet)
    assert str(base) not in (tmp_path / CONFIG).read_text("utf-8")


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not(base: Path, rows: list[Tokens], tmp_path: Path) -> None:
    whole = Trainer(base, tmp_path / "whole", recipe(save_every=0)).train(rows, rows[:8], quiet)

    def stop(done: int, of: int, beside: str) -> None:
        if done > of / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Trainer(base, tmp_path / "cut", recipe(save_every=0)).train(rows, rows[:8], stop)
    assert (tmp_path / "cut" / CHECKPOINT).exists()
    rest = Trainer(base, tmp_path / "cut", recipe(save_every=0)).train(rows, rows[:8], quiet, resume=True)
    assert rest.step == whole.step
    assert rest.curve[-1]["validation"] == pytest.approx(whole.curve[-1]["validation"], rel=1e-4)
    assert not (tmp_path / "cut" / CHECKPOINT).exists()


def test_a_checkpoint_of_another_recipe_is_refused(base: Path, rows: list[Tokens], tmp_path: Path) -> None:
    def stop(done: int, of: int, beside: str) -> None:
        if done > of / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Trainer(base, tmp_path, recipe(save_every=0)).train(rows, rows[:8], stop)
    with pytest.raises(TrainingError, match="another recipe"):
        Trainer(base, tmp_path, recipe(save_every=0, rate=1e-4)).train(rows, rows[:8], quiet, resume=True)


def test_it_stops_when_validation_stops_gaining(base: Path, rows: list[Tokens], tmp_path: Path) -> None:
    still = recipe(epochs=50, rate=0.0, validate_every=600, patience=2)
    state = Trainer(base, tmp_path, still).train(rows, rows[:8], quiet)
    assert state.worse == 2
    assert len(state.curve) == 3


def test_it_can_begin_from_an_adapter(base: Path, rows: list[Tokens], tmp_path: Path) -> None:
    before = Trainer(base, tmp_path / "one", recipe(epochs=3)).train(rows, rows[:8], quiet)
    after = Trainer(base, tmp_path / "two", recipe(rate=0.0)).train(rows, rows[:8], quiet, start=tmp_path / "one")
    assert after.best == pytest.approx(before.best, rel=1e-3)


def test_merged_weights_answer_as_the_adapter_does(base: Path, rows: list[Tokens], tmp_path: Path) -> None:
    import peft  # noqa: PLC0415 - an extra

    Trainer(base, tmp_path / "adapter", recipe(epochs=2)).train(rows, rows[:8], quiet)
    merge(tmp_path / "adapter", base, tmp_path / "merged")
    ids = torch.tensor([rows[0].ids])
    plain: Any = AutoModelForCausalLM.from_pretrained(base)
    merged: Any = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")
    with torch.no_grad():
        untouched = plain(ids).logits
        adapted = peft.PeftModel.from_pretrained(plain, str(tmp_path / "adapter"))(ids).logits
        torch.testing.assert_close(merged(ids).logits, adapted, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(adapted, untouched, atol=1e-3)
    assert AutoTokenizer.from_pretrained(tmp_path / "merged").chat_template


def test_what_is_no_adapter_of_this_base_is_not_merged(base: Path, rows: list[Tokens], tmp_path: Path) -> None:
    Trainer(base, tmp_path / "adapter", recipe()).train(rows, rows[:8], quiet)
    config = json.loads((tmp_path / "adapter" / CONFIG).read_text("utf-8"))
    (tmp_path / "adapter" / CONFIG).write_text(json.dumps(config | {"peft_type": "PREFIX_TUNING"}), "utf-8")
    with pytest.raises(MergeError, match="Train with lora"):
        merge(tmp_path / "adapter", base, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()
