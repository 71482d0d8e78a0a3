"""Reads secrets when the process starts, so that no environment and no image contains them."""

import os
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError


def read_secret(name: str) -> str:
    """The secret whose ARN is in `{name}_SECRET`; on a laptop, the content of the file in `{name}_FILE`."""
    if arn := os.environ.get(f"{name}_SECRET"):
        return of_secrets_manager(name, arn).strip()
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    raise SystemExit(f"wrong settings: neither {name}_SECRET (an ARN) nor {name}_FILE is set")


def of_secrets_manager(name: str, arn: str) -> str:
    # An ARN contains its region: arn:aws:secretsmanager:REGION:…
    parts = arn.split(":")
    if len(parts) != 7 or parts[2] != "secretsmanager":
        raise SystemExit(f"wrong settings: {name}_SECRET is expected to be the ARN of a secret, not {arn}")
    try:
        return boto3.client("secretsmanager", parts[3]).get_secret_value(SecretId=arn)["SecretString"]
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(f"could not read the secret of {name}_SECRET, {arn}: {error}") from error
