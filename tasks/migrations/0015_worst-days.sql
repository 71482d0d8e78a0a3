-- The days of all years that are anomalies, at hand however many years are loaded: the worst ones in order, and what the
-- dashboard counts of them without reading their rows, which lie scattered over all partitions. A question about one year
-- reads the index of its partition, so the index need not begin with the year.
DROP INDEX airport_days_anomalies;
CREATE INDEX airport_days_anomalies ON airport_days (anomaly_score DESC) INCLUDE (year, airport, anomaly_kind, event_id)
  WHERE is_anomaly;
