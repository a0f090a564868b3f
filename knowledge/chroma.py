"""The collections, on disk or on a Chroma server, and what their faults mean."""

import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import UUID, uuid4

from knowledge.embedding import Vectors
from knowledge.passage import Kind, KnowledgeError
from knowledge.record import Metadata, Record
from knowledge.remote import Remote

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_FILE = "chroma.sqlite3"
_PAGE = 5000
_KINDS: tuple[Kind, ...] = ("product", "review")
Row = tuple[str, str, Metadata, float]  # id, text, metadata, cosine


class Shelf:
    """Two collections, of products and of reviews. Opened by the first use.

    Embedded, they lie in one folder that holds nothing else of Chroma's, and one process may write: a second one is not
    told what the first has written. On a server (`remote`) any number of processes read what one of them has written.
    """

    def __init__(self, folder: Path, remote: Remote | None = None) -> None:
        self._folder, self._remote = folder, remote
        self._lock = threading.Lock()
        self._client: ClientAPI | None = None
        self._collections: dict[Kind, Collection] = {}

    def count(self, kind: Kind) -> int:
        with self._reading():
            return self._collection(kind).count()

    def metadata(self, kind: Kind, condition: Mapping[str, Any] | None = None) -> Iterator[tuple[str, Metadata]]:
        """Every row's id and metadata."""
        for rows in self._pages(kind, ["metadatas"], condition):
            yield from zip(rows["ids"], cast("list[Metadata]", rows["metadatas"]), strict=True)

    def texts(self) -> Iterator[tuple[Kind, str, str, Metadata]]:
        """Kind, id, text and metadata of every row of both collections."""
        for kind in _KINDS:
            for rows in self._pages(kind, ["metadatas", "documents"]):
                yield from ((kind, *row) for row in zip(rows["ids"], rows["documents"], rows["metadatas"], strict=True))

    def nearest(self, kind: Kind, vectors: Vectors, n: int, condition: Mapping[str, Any] | None) -> Iterator[Row]:
        """The `n` rows nearest to the one vector in `vectors` (1, 512), best first."""
        with self._reading():
            found = self._collection(kind).query(vectors, n_results=n, where=cast("Any", condition))
        columns = cast("Any", (found["ids"], found["documents"], found["metadatas"], found["distances"]))
        yield from (
            (name, text, about, 1 - far) for name, text, about, far in zip(*(c[0] for c in columns), strict=True)
        )

    def rows(self, kind: Kind, ids: Sequence[str], vector: Vectors) -> Iterator[Row]:
        """The rows with these ids that are there, with their cosines to the one unit vector in `vector` (1, 512)."""
        with self._reading():
            found = self._collection(kind).get(ids=list(ids), include=["documents", "metadatas", "embeddings"])
        columns = cast("Any", (found["ids"], found["documents"], found["metadatas"], found["embeddings"]))
        for name, text, about, own in zip(*columns, strict=True):
            yield name, text, about, float(own @ vector[0])

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

    def stamp(self) -> str:
        """Another one after each `mark`, by whichever process; "" for a store that nobody has marked."""
        with self._reading():
            name = self._collection("review").name
            told = cast("ClientAPI", self._client).get_collection(name, embedding_function=None).metadata
            return str((told or {}).get("stamp", ""))

    def mark(self, stage: Literal["busy", "done"]) -> None:
        """Tell every reader that the texts are being changed, or have been."""
        with self._reading():
            self._collection("review").modify(metadata={"stamp": f"{stage} {uuid4().hex}"})

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()  # type: ignore[attr-defined]
                if self._remote:
                    self._remote.hang_up(self._client)
            self._client, self._collections = None, {}

    def destroy(self) -> None:
        """Delete both collections; where Chroma no longer can, what it wrote to the folder, and nothing else there."""
        try:
            self._drop()
        except KnowledgeError:
            if self._remote is not None:
                raise
            self.close()
            self._erase()

    def _drop(self) -> None:
        with self._reading():
            for kind in _KINDS:
                name = self._collection(kind).name
                cast("ClientAPI", self._client).delete_collection(name)
        self._collections.clear()

    def _erase(self) -> None:
        for path in self._folder.glob("*"):
            if path.name.startswith(_FILE):
                path.unlink()
            elif path.is_dir() and _is_segment(path.name):
                shutil.rmtree(path)

    def _pages(
        self, kind: Kind, include: Sequence[str], condition: Mapping[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        start, page = 0, _PAGE
        while page == _PAGE:
            with self._reading():
                rows = self._collection(kind).get(
                    where=cast("Any", condition), limit=_PAGE, offset=start, include=cast("Any", list(include))
                )
            page, start = len(rows["ids"]), start + _PAGE
            yield cast("dict[str, Any]", rows)

    def _collection(self, kind: Kind) -> "Collection":
        with self._lock:
            if self._client is None:
                self._client = self._remote.client() if self._remote else _client(self._folder)
            if kind not in self._collections:
                self._collections[kind] = self._client.get_or_create_collection(
                    f"{self._remote.prefix if self._remote else ''}{kind}s",
                    embedding_function=None,
                    configuration={"hnsw": {"space": "cosine"}},
                )
            return self._collections[kind]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        from chromadb.errors import ChromaError, NotFoundError  # noqa: PLC0415
        from httpx import HTTPError  # noqa: PLC0415

        try:
            yield
        except (ChromaError, HTTPError, OSError) as fault:
            if isinstance(fault, NotFoundError):  # another process has made it anew
                self._collections.clear()
            raise self._fault(fault) from fault

    def _fault(self, fault: Exception) -> KnowledgeError:
        if self._remote is not None:
            return self._remote.fault(fault)
        return KnowledgeError(
            f"The text store in {self._folder} cannot be used ({str(fault)[:200]}). "
            "Rebuild it: nothing is lost, the texts are embedded again from the database."
        )


def _client(folder: Path) -> "ClientAPI":
    import chromadb  # noqa: PLC0415
    from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False))
    except Exception:  # Chroma keeps what failed to start, and would hand it to the next try
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def _is_segment(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
