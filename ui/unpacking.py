"""A zip of a store folder, unpacked where nothing of it can reach elsewhere."""

import shutil
from pathlib import Path
from tempfile import mkdtemp
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from agents.rendering import Language
from db.imports.columns import KINDS
from db.imports.errors import ImportRefusedError
from db.imports.reading import ENDINGS
from ui.words import say

MOST_FILES, MOST_BYTES = 200, 2_000_000_000


def unpacked(path: Path, language: Language) -> Path:
    """The folder with the store's files; what has another name is left out. Raises ImportRefusedError."""
    try:
        with ZipFile(path) as packed:
            return _written(packed, path.stem, language)
    except (BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, OSError):
        raise ImportRefusedError(say("imports_bad_zip", language, name=path.name)) from None


def _written(packed: ZipFile, name: str, language: Language) -> Path:
    entries = packed.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ImportRefusedError(say("imports_too_many", language, n=MOST_FILES, mb=MOST_BYTES // 1_000_000))
    folder = Path(mkdtemp(prefix="pricedesk-")) / name
    folder.mkdir()
    for entry in filter(_is_ours, entries):
        with packed.open(entry) as inside, (folder / Path(entry.filename).name).open("xb") as out:
            shutil.copyfileobj(inside, out)
    return folder


def _is_ours(entry: ZipInfo) -> bool:
    """By its bare name: the folders of a zip are never followed."""
    file = Path(entry.filename)
    return not entry.is_dir() and file.stem.lower() in KINDS and file.suffix.lower() in ENDINGS
