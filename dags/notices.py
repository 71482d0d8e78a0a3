"""Messages to people, by an SNS topic that the settings may name."""

from __future__ import annotations

from pods import SETTINGS

VARIABLE = SETTINGS["notice_topic_variable"]


def success_notices(year: str) -> list:
    """The last lines of `publish` hold the number of anomalies and the address of the report."""
    return notices(f"flight delays {year}: published", "{{ task.last_lines | join('\n') }}")


def failure_notices(year: str) -> list:
    return notices(
        f"flight delays {year}: {{{{ ti.task_id }}}} failed",
        "{{ exception }}\n\nLog: {{ ti.log_url }}\nWhat to do: docs/operations.md, under the exit code\n",
    )


def notices(subject: str, message: str) -> list:
    if not VARIABLE:
        return []
    # The import takes a while, so only a DAG with a topic does it.
    from airflow.providers.amazon.aws.notifications.sns import SnsNotifier

    # Airflow fills in the template when it sends a message, and only then looks the topic up in the secrets backend.
    topic = f"{{{{ var.value.{VARIABLE} }}}}"
    return [SnsNotifier(aws_conn_id=None, target_arn=topic, subject=subject, message=message)]
