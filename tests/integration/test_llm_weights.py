"""The weights that ship with the install, read back by the library that trains and serves them."""

from pathlib import Path
from typing import Any

import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from serving.llm.weights import prepare

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tokenizer(base_model: Path) -> Any:
    return AutoTokenizer.from_pretrained(base_model)


def test_the_model_answers_sensibly(base_model: Path, tokenizer: Any) -> None:
    model: Any = AutoModelForCausalLM.from_pretrained(base_model)
    asked = tokenizer.apply_chat_template(
        [{"role": "user", "content": "What is the capital of France?"}],
        add_generation_prompt=True, return_tensors="pt", return_dict=True,
    )  # fmt: skip
    said = model.generate(**asked, max_new_tokens=20, do_sample=False)[0, asked["input_ids"].shape[1] :]
    assert "Paris" in tokenizer.decode(said)
    assert said[-1] == tokenizer.eos_token_id
    assert model.lm_head.weight is model.model.embed_tokens.weight


@pytest.mark.parametrize(
    "text",
    [
        "我应该给 85123A 定什么价？ 圣诞装饰 £2.55",
        "Two  spaces,\n\ta tab",
        "🎄 é ﬁ ＂全角＂",
        '{"price": 2.10, "why": "\\u4ef7"}',
        "",
    ],
)
def test_text_survives_the_tokenizer(text: str, tokenizer: Any) -> None:
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_a_turn_ends_with_its_own_token(tokenizer: Any) -> None:
    assert tokenizer.eos_token == "<|im_end|>"
    assert tokenizer("<|im_end|>")["input_ids"] == [tokenizer.eos_token_id]


def test_the_template_carries_tools_calls_and_results(tokenizer: Any) -> None:
    tool = {"type": "function", "function": {
        "name": "best_price", "description": "The best price.\nMore.",
        "parameters": {"type": "object", "required": ["sku"], "properties": {
            "sku": {"type": "string"},
            "goal": {"enum": ["profit", "units"], "type": "string"},
            "weeks": {"anyOf": []}}},
    }}  # fmt: skip
    call = {"type": "function", "function": {"name": "best_price", "arguments": {"sku": "茶-1"}}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What price?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "F1: 2.10"},
    ]
    text = tokenizer.apply_chat_template(messages, tools=[tool], add_generation_prompt=True, tokenize=False)
    assert text == (
        "<|im_start|>system\nBe brief.\n<tools>\n"
        "best_price(sku: string, goal?: profit|units, weeks?): The best price.\n</tools><|im_end|>\n"
        "<|im_start|>user\nWhat price?<|im_end|>\n"
        "<|im_start|>assistant\n<tool_call>\n"
        '{"name": "best_price", "arguments": {"sku": "茶-1"}}\n</tool_call><|im_end|>\n'
        "<|im_start|>user\n<tool_response>\nF1: 2.10\n</tool_response><|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_a_second_start_makes_nothing(base_model: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in base_model.iterdir()}
    steps: list[int] = []
    assert prepare(base_model.parent, progress=lambda done, of: steps.append(done), adapter=None) == base_model
    assert steps == []
    assert {file: file.stat().st_mtime_ns for file in base_model.iterdir()} == before


def test_a_damaged_folder_is_made_anew(tmp_path: Path) -> None:
    broken = tmp_path / "smollm2"
    broken.mkdir()
    (broken / "model.safetensors").write_bytes(b"half")
    (broken / "manifest.json").write_text('{"origin": {}}')
    steps: list[tuple[int, int]] = []
    made = Path(prepare(tmp_path, progress=lambda done, of: steps.append((done, of))))
    assert made == broken
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert (made / "model.safetensors").stat().st_size > 500e6
    assert [file.name for file in tmp_path.iterdir() if file.is_dir()] == ["smollm2"]
