"""Write a CSV file as Parquet, as a person with polars does."""

import sys

import polars

source, target = sys.argv[1:]
polars.read_csv(source, infer_schema_length=None).write_parquet(target, compression="snappy")
