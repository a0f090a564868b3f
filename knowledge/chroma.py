"""The collections on disk, and what their faults mean."""

import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from knowledge.embedding import Vectors
from knowledge.passage import Kind, KnowledgeError
from knowledge.record import Metadata, Record

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

_FILE = "chroma.sqlite3"
_PAGE = 5000


class Shelf:
    """Two collections, of products and of reviews, in one folder that holds nothing else. Opened by the first use.

    One process may write; Chroma does not tell a second one what the first has written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._collections: dict[Kind, Collection] = {}

    def count(self, kind: Kind) -> int:
        with self._reading():
            return self._collection(kind).count()

    def metadata(self, kind: Kind, condition: Mapping[str, Any] | None = None) -> Iterator[tuple[str, Metadata]]:
        """Every row's id and metadata."""
        start, page = 0, _PAGE
        while page == _PAGE:
            with self._reading():
                rows = self._collection(kind).get(
                    where=cast("Any", condition), limit=_PAGE, offset=start, include=["metadatas"]
                )
            page, start = len(rows["ids"]), start + _PAGE
            yield from zip(rows["ids"], cast("list[Metadata]", rows["metadatas"]), strict=True)

    def nearest(
        self, kind: Kind, vectors: Vectors, n: int, condition: Mapping[str, Any] | None
    ) -> Iterator[tuple[str, str, Metadata, float]]:
        """Id, text, metadata and cosine distance of the `n` rows nearest to the one vector in `vectors` (1, 512)."""
        with self._reading():
            found = self._collection(kind).query(vectors, n_results=n, where=cast("Any", condition))
        columns = (found["ids"], found["documents"], found["metadatas"], found["distances"])
        yield from cast("Iterator[tuple[str, str, Metadata, float]]", zip(*(c[0] for c in columns if c), strict=True))

    def vector(self, kind: Kind, name: str) -> Vectors | None:
        """The vector (1, 512) of the row with this id; None where there is none."""
        with self._reading():
            rows = self._collection(kind).get(ids=[name], include=["embeddings"])
        return cast("Vectors", rows["embeddings"]) if rows["ids"] else None

    def write(self, kind: Kind, records: Sequence[Record], vectors: Vectors) -> None:
        with self._reading():
            self._collection(kind).upsert(
                ids=[r.id for r in records],
                embeddings=vectors,
                documents=[r.text for r in records],
                metadatas=[dict(r.metadata) for r in records],
            )

    def relabel(self, kind: Kind, records: Sequence[Record]) -> None:
        """New metadata for rows whose text stays."""
        with self._reading():
            self._collection(kind).update([r.id for r in records], metadatas=[dict(r.metadata) for r in records])

    def remove(self, kind: Kind, ids: Sequence[str]) -> None:
        with self._reading():
            self._collection(kind).delete(list(ids))

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client, self._collections = None, {}

    def destroy(self) -> None:
        """Delete what Chroma wrote, and nothing else that may lie in the folder."""
        self.close()
        for path in self._folder.glob("*"):
            if path.name.startswith(_FILE):
                path.unlink()
            elif path.is_dir() and _is_segment(path.name):
                shutil.rmtree(path)

    def _collection(self, kind: Kind) -> "Collection":
        with self._lock:
            if self._client is None:
                self._client = _client(self._folder)
            if kind not in self._collections:
                self._collections[kind] = self._client.get_or_create_collection(
                    f"{kind}s", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
            return self._collections[kind]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        from chromadb.errors import ChromaError  # noqa: PLC0415

        try:
            yield
        except (ChromaError, OSError) as fault:
            raise KnowledgeError(
                f"The text store in {self._folder} cannot be used ({str(fault)[:200]}). "
                "Rebuild it: nothing is lost, the texts are embedded again from the database."
            ) from fault


def _client(folder: Path) -> "Client":
    import chromadb  # noqa: PLC0415
    from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    try:
        return cast("Client", chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False)))
    except Exception:  # Chroma keeps what failed to start, and would hand it to the next try
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def _is_segment(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
