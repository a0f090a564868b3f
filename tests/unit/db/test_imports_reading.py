from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from db.imports.errors import ImportRefusedError
from db.imports.reading import LINE, read
from db.imports.separated import PROBLEM


def written(folder: Path, content: bytes | str, name: str = "sales.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_whatever_program_wrote_it(tmp_path: Path, separator: str, mark: bytes, ending: str) -> None:
    lines = ["sku,name", "A1,茶", "B2,"]
    text = ending.join(line.replace(",", separator) for line in lines) + ending
    (table,) = read(written(tmp_path, mark + text.encode()))
    assert table.columns == ["sku", "name"]
    assert table.frame.rows() == [("A1", "茶", 2), ("B2", None, 3)]


def test_lines_are_counted_over_line_breaks_in_quotes_and_empty_lines(tmp_path: Path) -> None:
    (table,) = read(written(tmp_path, 'sku,name\nA,"two\nlines"\n\nB,x\n"C","three\n\nlines"\nD,y\n'))
    assert table.frame["sku"].to_list() == ["A", "B", "C", "D"]
    assert table.frame["name"][0] == "two\nlines"
    assert table.frame[LINE].to_list() == [2, 5, 6, 9]


def test_a_bare_quote_inside_a_cell_harms_nothing(tmp_path: Path) -> None:
    (table,) = read(written(tmp_path, 'sku,name\nA,12" ruler\nB,14" ruler\nC,9" pan\n'))
    assert table.frame.rows() == [("A", '12" ruler', 2), ("B", '14" ruler', 3), ("C", '9" pan', 4)]


def test_a_row_with_too_few_cells_keeps_what_it_has(tmp_path: Path) -> None:
    (table,) = read(written(tmp_path, "sku,name,price\nA\nB,b,1\n"))
    assert table.frame.rows() == [("A", None, None, 2), ("B", "b", "1", 3)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"sku,name\n", "holds no rows"),
        (b"sku,sku\n1,2\n", "names the column 'sku' twice"),
        (b'sku,name\nA,1\nB,"open\nC,2\n', "damaged in the row that begins on line 3"),
        (b'sku,name\nA,1\nB,"open\nC,2\nD,"x"\n', "line 3"),
        (b"sku,name\nA,\x00\n", "line 2 holds a zero byte"),
        ("sku,name\n1,茶叶很好喝\n".encode("gbk"), r"not UTF-8 \(line 2\); it looks like GBK.*CSV UTF-8"),
        ("sku,name\n1,Crème brûlée – £5\n".encode("cp1252"), "it looks like Windows-1252"),
        ("sku,name\n1,x\n".encode("utf-16"), "is UTF-16"),
    ],
)
def test_a_damaged_or_empty_csv_is_refused_with_its_place(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(ImportRefusedError, match=message):
        read(written(tmp_path, content))


def test_a_cell_of_a_megabyte_is_read_whole(tmp_path: Path) -> None:
    (table,) = read(written(tmp_path, f'sku,name\nA,"{"茶" * 350_000}"\nB,b\n'))
    assert table.frame["name"].str.len_chars().to_list() == [350_000, 1]


def test_a_workbook_gives_a_table_a_sheet_with_dates_as_iso(tmp_path: Path) -> None:
    path = tmp_path / "retail.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name in ("Year 2009", "Year 2010"):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(
                [("Invoice", "InvoiceDate", "Price"), (536365, date(2011, 12, 9), 2.5), (), ("C1", "9.12.2011", 3)]
            ):
                for column, cell in enumerate(cells):
                    sheet.write(row, column, cell)
        book.add_worksheet("Notes")
    first, second = read(path)
    assert (first.source, second.source) == ("retail.xlsx [Year 2009]", "retail.xlsx [Year 2010]")
    assert first.frame.rows() == [("536365", "2011-12-09 00:00:00", "2.5", 2), ("C1", "9.12.2011", "3", 4)]


def test_a_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "stock.parquet"
    pl.DataFrame({"date": [date(2011, 12, 9)], "sku": ["A"], "on_hand": [3]}).write_parquet(path)
    (table,) = read(path)
    assert table.frame.rows() == [(date(2011, 12, 9), "A", 3, 1)]


def test_a_parquet_with_lists_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stock.parquet"
    pl.DataFrame({"sku": [["A"]]}).write_parquet(path)
    with pytest.raises(ImportRefusedError, match="column sku holds lists"):
        read(path)


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImportRefusedError, match=f"{name} is no readable"):
        read(written(tmp_path, b"PK\x03\x04 PAR1 this is neither", name))


def test_a_missing_file_and_a_foreign_ending_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="There is no file"):
        read(tmp_path / "none.csv")
    with pytest.raises(ImportRefusedError, match=r"none of \.csv, \.xlsx, \.parquet"):
        read(written(tmp_path, "x", "sales.json"))


def test_what_excel_adds_to_a_csv_is_no_data(tmp_path: Path) -> None:
    (table,) = read(written(tmp_path, "\n\nsep=;\nsku;name;;\nA;a;;\nB;b;;\n"))
    assert table.columns == ["sku", "name", "column 3", "column 4"]
    assert table.frame.select("sku", LINE).rows() == [("A", 5), ("B", 6)]


def test_a_row_with_too_many_cells_is_told_apart_from_the_others(tmp_path: Path) -> None:
    (table,) = read(written(tmp_path, "sku,name\nA,1\n\nB,2,3\nC,4\n"))
    assert table.columns == ["sku", "name"]
    assert table.frame.select("sku", "name", LINE).rows() == [("A", "1", 2), ("B", "2,3", 4), ("C", "4", 5)]
    assert [problem is None for problem in table.frame[PROBLEM]] == [True, False, True]
