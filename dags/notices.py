"""Messages to people about tasks that failed, by an SNS topic that the settings may name. `tell` sends those about events."""

from __future__ import annotations

from pods import SETTINGS

VARIABLE = SETTINGS["notice_topic_variable"]


def failure_notices(year: str) -> list:
    if not VARIABLE:
        return []
    # The import takes a while, so only a DAG with a topic does it.
    from airflow.providers.amazon.aws.notifications.sns import SnsNotifier

    # Airflow fills in the template when it sends a message, and only then looks the topic up in the secrets backend.
    topic = f"{{{{ var.value.{VARIABLE} }}}}"
    return [
        SnsNotifier(
            aws_conn_id=None,
            target_arn=topic,
            subject=f"flight delays {year}: {{{{ ti.task_id }}}} failed",
            message="{{ exception }}\n\nLog: {{ ti.log_url }}\nWhat to do: docs/operations.md, under the exit code\n",
        )
    ]
