"""Starts whenever a year is published, whole or so far, and says which. Copy it, and put your own work into `tell`."""

from airflow.sdk import Asset, dag, task

YEAR = Asset("flight_delays", uri="x-delaywatch://published/year")
YEAR_SO_FAR = Asset("flight_delays_so_far", uri="x-delaywatch://published/year-so-far")


@dag(schedule=YEAR | YEAR_SO_FAR)
def after_a_year():
    @task
    def tell(triggering_asset_events=None):
        for asset, events in triggering_asset_events.items():
            for event in events:
                print(f"{asset.name}: {event.extra['year']} has {event.extra['anomalies']} anomalous days")

    tell()


after_a_year()
