/** What the pages show of an airport in a year: the content of `reports/data/{year}/{airport}.js`. Plain JSON. */
export interface AirportFacts {
  format: number;
  year: number;
  /** How many months the year has so far. */
  months: number;
  airport: string;
  /** A value per day that has flights, in the order of the days. NaN is null, as in JSON. */
  days: {
    /** Zero-based days of the year. */
    dayOfYear: number[];
    flights: number[];
    departures: number[];
    cancelled: (number | null)[] | null;
    meanDepartureDelay: (number | null)[];
    expectedLow: (number | null)[];
    expectedHigh: (number | null)[];
    anomalyScore: (number | null)[];
    zScore: (number | null)[];
  };
  /** The anomalous days. */
  anomalies: AirportAnomaly[];
  /** Indexes into `days` of the reference's outliers. */
  outliers: number[];
  /** Information that the year's files lack, such as `causes of delays`. */
  notInFile: string[];
  typicalDay: TypicalCell[];
}

export interface AirportAnomaly {
  /** Index into `days`. */
  index: number;
  /** Why the day is anomalous, in a few words. */
  reason: string;
  /** The share of flights that is out of line: `57 % an hour late`. */
  outOfLine: string;
  /** What happened, in one sentence. */
  explanation: string;
  /** Name of the event, if it is a known one. */
  eventName: string | null;
}

/** The year's flights of an hour and a carrier whose outcome is known, and how many of them were late. */
export type TypicalCell = [
  /** Hour of the scheduled departure, 0 to 23; null where the source does not say. */
  hour: number | null,
  /** Name of the carrier; null where the source does not say. */
  carrier: string | null,
  flights: number,
  /** Number of flights that were 15 minutes late or more, or cancelled. */
  late15: number,
  /** Number of flights that were an hour late or more, or cancelled. */
  late60: number,
  /** Number of flights that were three hours late or more, or cancelled. */
  late180: number,
];
