"""What our peers do: group by airport and day, count and mean; nothing else of what `detect` does."""

import sys

peer, path = sys.argv[1:]
if peer == "duckdb":
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    rows = connection.execute(
        f"SELECT ORIGIN, FL_DATE, count(OP_CARRIER_FL_NUM), avg(DEP_DELAY) FROM read_csv('{path}') GROUP BY ALL"
    ).fetchall()
    print(len(rows))
elif peer == "polars":
    import polars

    rows = (
        polars.scan_csv(path)
        .group_by("ORIGIN", "FL_DATE")
        .agg(polars.col("OP_CARRIER_FL_NUM").count(), polars.col("DEP_DELAY").mean())
        .collect(engine="streaming")
    )
    print(len(rows))
