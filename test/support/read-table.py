"""Print the cells of a table file as JSON: `read-table.py csv|parquet|xlsx FILE`."""

import datetime
import json
import sys


def plain(value):
    if isinstance(value, datetime.datetime):
        assert value.time() == datetime.time(), value
        value = value.date()
    return value.isoformat() if isinstance(value, datetime.date) else value


def by_duckdb(function, path):
    import duckdb

    found = duckdb.sql(f"SELECT * FROM {function}('{path}')")
    print_table(found.columns, plain_rows(found.fetchall()), types=[str(type) for type in found.types])


def by_openpyxl(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    header, *rows = cells(book.worksheets[0])
    print_table(
        header,
        rows,
        sheets={
            sheet.title: {
                "size": sheet.dimensions,
                "frozen": sheet.freeze_panes,
                "filter": sheet.auto_filter.ref,
                "widths": [sheet.column_dimensions[letter].width for letter in ("A", "B")],
                "formats": [cell.number_format for cell in next(sheet.iter_rows(min_row=2, max_row=2))],
            }
            for sheet in book.worksheets
        },
        last_sheet=cells(book.worksheets[-1]),
        properties={property.name: property.value for property in book.custom_doc_props},
        title=book.properties.title,
    )


def cells(sheet):
    return plain_rows(sheet.iter_rows(values_only=True))


def plain_rows(rows):
    return [[plain(value) for value in row] for row in rows]


def print_table(header, rows, **more):
    # json writes as many digits of a number as it takes to read the same one.
    print(json.dumps({"header": list(header), "rows": rows, **more}))


kind, path = sys.argv[1:]
if kind == "xlsx":
    by_openpyxl(path)
else:
    by_duckdb(f"read_{kind}", path)
