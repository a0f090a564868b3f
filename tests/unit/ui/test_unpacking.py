from pathlib import Path
from zipfile import ZipFile

import pytest

from db.imports.errors import ImportRefusedError
from ui.unpacking import MOST_FILES, unpacked


def _zip(path: Path, *names: str) -> Path:
    with ZipFile(path, "w") as packed:
        for name in names:
            packed.writestr(name, "sku,name\nA,a\n")
    return path


def test_only_the_files_of_a_store_are_unpacked_and_none_leaves_its_folder(tmp_path: Path) -> None:
    packed = _zip(tmp_path / "shop.zip", "shop/products.csv", "../../sales.csv", "run.sh", "notes/readme.txt")
    folder = unpacked(packed, "en")
    assert sorted(file.name for file in folder.iterdir()) == ["products.csv", "sales.csv"]
    assert not list(tmp_path.parent.glob("sales.csv"))


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.zip").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ImportRefusedError, match="no zip"):
        unpacked(tmp_path / "shop.zip", "en")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError):
        unpacked(_zip(tmp_path / "shop.zip", "a/products.csv", "b/products.csv"), "en")


def test_a_zip_of_too_many_files_is_refused(tmp_path: Path) -> None:
    names = [f"{n}/products.csv" for n in range(MOST_FILES + 1)]
    with pytest.raises(ImportRefusedError, match="too much"):
        unpacked(_zip(tmp_path / "shop.zip", *names), "en")
