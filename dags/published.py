"""The assets that tell other DAGs of a published year, and the links that lead people to its results."""

from __future__ import annotations

import re
from typing import Any

from airflow.sdk import Asset, BaseOperatorLink
from pods import SETTINGS, PipelinePod

#: A year that is whole, and the months of a year that are published so far. Each event's extra says which year.
YEAR = Asset("flight_delays", uri="x-delaywatch://published/year")
YEAR_SO_FAR = Asset("flight_delays_so_far", uri="x-delaywatch://published/year-so-far")


class Report(BaseOperatorLink):
    """The page of the year, which has its charts."""

    name = "Report and charts"
    xcom_key = "report"

    def get_link(self, operator: PublishingPod, *, ti_key) -> str:
        return operator.facts.get("report", "")


class Dashboard(BaseOperatorLink):
    name = "Dashboard"
    xcom_key = "dashboard"

    def get_link(self, operator: PublishingPod, *, ti_key) -> str:
        return (SETTINGS["dashboard_url"] or "") if operator.facts else ""


class PublishingPod(PipelinePod):
    """A pod whose last log lines say what it published. The events of its assets carry these facts as their extra."""

    operator_extra_links = (Report(), Dashboard())
    #: The facts of the last lines. Empty until the pod has succeeded.
    facts: dict[str, Any] = {}

    def execute(self, context):
        super().execute(context)
        self.facts = facts_in("\n".join(self.last_lines))
        for asset in self.outlets:
            context["outlet_events"][asset].extra = self.facts


def facts_in(lines: str) -> dict[str, Any]:
    """The fields at the end of log lines: `published command=publish year=2013` → command and year."""
    facts = {key: quoted or plain for key, quoted, plain in re.findall(r'\b(\w+)=(?:"([^"]*)"|(\S+))', lines)}
    return {key: int(value) if value.isdecimal() else value for key, value in facts.items()}
