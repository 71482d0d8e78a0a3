"""Secrets are read where they lie, when the process starts; they are in no environment and no image."""

import os
from pathlib import Path


def read_secret(name: str) -> str:
    """The secret whose ARN is in `{name}_SECRET`; on a laptop, the content of the file in `{name}_FILE`."""
    if arn := os.environ.get(f"{name}_SECRET"):
        import boto3

        # An ARN tells its region: arn:aws:secretsmanager:REGION:…
        return boto3.client("secretsmanager", arn.split(":")[3]).get_secret_value(SecretId=arn)["SecretString"]
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    raise SystemExit(f"wrong settings: neither {name}_SECRET (an ARN) nor {name}_FILE is set")
