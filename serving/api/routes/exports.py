"""Lists to take away, and store data handed in."""

import re
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import Depends, Form, Response, UploadFile
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from db.exports import What, export
from db.tables import StoreInfo
from serving.api import routing
from serving.api.backing import Back, Backing
from serving.api.problems import ConflictError, RefusedError
from serving.api.routes.jobs import Hands, JobOut, NoJobsError
from serving.api.security import Caller, needs

router = routing.router("exchange")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_. -]{0,99}\.(?:csv|xlsx|parquet)", re.ASCII)
MOST_FILES = 20
Importing = Annotated[Caller, Depends(needs("import"))]


class BadUploadError(RefusedError):
    """A file that is not taken in."""


@router.get(
    "/exports/{what}", summary="A list as a file", dependencies=[Depends(needs("export"))], response_class=FileResponse,
    responses={200: {"description": "The file", "content": {
        MEDIA["csv"]: {"schema": {"type": "string"}}, MEDIA["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
    }}},
)  # fmt: skip
def export_list(back: Back, what: What, format: Literal["csv", "xlsx"] = "csv") -> FileResponse:  # noqa: A002
    """Prices, proposals or the audit, whole. No cell is one that a spreadsheet would run as a formula."""
    folder = Path(mkdtemp(prefix="pricedesk-export-"))
    try:
        with back.database.reading() as session:
            export(session, what, folder / f"{what}.{format}")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        folder / f"{what}.{format}", media_type=MEDIA[format], filename=f"{what}.{format}",
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )  # fmt: skip


@router.post("/imports", summary="Hand in store data", status_code=202)
def import_files(
    back: Back,
    caller: Importing,
    work: Hands,
    files: list[UploadFile],
    response: Response,
    format: Annotated[Literal["auto", "store", "online_retail", "complete_journey"], Form()] = "auto",  # noqa: A002
    currency: Annotated[str, Form(pattern="^([A-Z]{3})?$", description="Of products that name none.")] = "",
) -> JobOut:
    """The files of a store folder (products.csv, sales.csv, …), or one of them; .csv, .xlsx or .parquet.

    A job reads them, all or nothing, then the texts are indexed and the catalogue fitted. The same files a second time
    change nothing. Lines that are turned away are told in its report.
    """
    _refuse_mixing(back)
    if back.uploads is None:
        raise NoJobsError("This desk takes no files in. Start it by `pricedesk serve`.")
    name = _kept(back.uploads, files)
    job = work.submit("import", {"file": name, "format": format, "currency": currency}, caller.actor)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job)


def _kept(uploads: Path, files: list[UploadFile]) -> str:
    """Write the files below `uploads` under names that were checked; what to import: the folder, or the only file.

    Raises BadUploadError.
    """
    names = [_checked(file.filename or "") for file in files]
    if len({name.lower() for name in names}) < len(names) or len(names) > MOST_FILES:
        raise BadUploadError(f"Hand in at most {MOST_FILES} files, each under a name of its own.")
    folder = uploads / uuid4().hex
    folder.mkdir(parents=True)
    for file, name in zip(files, names, strict=True):
        with (folder / name).open("xb") as kept:
            shutil.copyfileobj(file.file, kept, 1 << 20)
    return folder.name if len(names) > 1 else f"{folder.name}/{names[0]}"


def _checked(name: str) -> str:
    """A plain file name: no folder, no way out of one."""
    if not NAME.fullmatch(name) or ".." in name:
        raise BadUploadError(
            f"{name[:100]!r} is no name for a file of a store folder. Name it plainly, such as sales.csv; it ends in "
            ".csv, .xlsx or .parquet."
        )
    return name


def _refuse_mixing(back: Backing) -> None:
    with back.database.reading() as session:
        simulated = session.get(StoreInfo, "simulated")
    if simulated is not None and simulated.value == "yes":
        raise ConflictError(
            "This desk holds the simulated demo store, which must not mix with real data. Start a desk with a "
            "PRICEDESK_HOME of its own, then import there."
        )
