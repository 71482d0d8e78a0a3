/** What the pages show of a year: the content of `reports/data/{year}/year.js`. Plain JSON. */
export interface YearFacts {
  /** Version of this shape; pages pass over facts of another one. */
  format: typeof factsFormat;
  year: number;
  /** How many months the year has so far, from January on: 12 of a whole year. */
  months: number;
  /** SHA-256 of the summary that the facts are made of. */
  summary: string;
  /** Score from which on a day is an anomaly. */
  threshold: number;
  totals: YearTotals;
  days: DailyTotals;
  /** The airports, sorted by code. */
  airports: AirportLine[];
  /** The events, worst first. */
  events: EventFacts[];
  /** Anomalous airport-days, highest score first. */
  worstDays: DayFacts[];
  /** Airport-days with the most minutes lost beyond the usual, anomalous or not. */
  costliestDays: DayFacts[];
  /** All anomalous airport-days: day of the year, index into `airports`, score. */
  anomalies: [day: number, airport: number, score: number][];
  /** Carriers and destinations in trouble, worst first. */
  segments: SegmentFacts[];
  /** Causes of the anomalous days, the largest first; null where the year's files do not say. */
  causes: { minutes: Amount[] | null; cancelled: Amount[] | null };
  /** What is missing, provisional or left out, in sentences. */
  notes: string[];
  /** What was checked of the files, and of the year against the year before. */
  quality: QualityFact[];
}

export interface QualityFact {
  /** `flights`, `blank: carrier` */
  fact: string;
  /** Unit of `value` and `before`. A share is from 0 to 1. */
  unit: 'rows' | 'share' | 'flights' | 'airports' | 'days';
  /** Null where it is not known. */
  value: number | null;
  /** The same months of the year before; null where they are not known. */
  before: number | null;
  /** The airports that it is about. */
  names: string[];
  /** What is beyond its limit, in words; null within it. */
  warning: string | null;
}

export const factsFormat = 2;

export interface YearTotals {
  /** Scheduled flights. */
  flights: number;
  /** Number of cancelled flights; null where the files do not say. */
  cancelled: number | null;
  airportDays: number;
  /** Anomalous airport-days. */
  anomalies: number;
  outliers: number;
  events: number;
  segments: number;
  /** Mean departure delay in minutes; null where no flight departed. */
  meanDepartureDelay: number | null;
}

/** Sums over all airports, a value per day of the year. */
export interface DailyTotals {
  flights: number[];
  cancelled: number[] | null;
  /** Flights that were scheduled at airports on which the day was an anomaly. */
  anomalousFlights: number[];
}

export interface AirportLine {
  airport: string;
  name: string | null;
  /** Degrees; null for an airport whose place is not known. */
  latitude: number | null;
  longitude: number | null;
  flights: number;
  cancelled: number | null;
  meanDepartureDelay: number | null;
  anomalies: number;
  /** Minutes lost beyond the usual on the anomalous days. */
  excessMinutes: number;
  /** The highest score of each week of seven days from 1 January on; null for a week without flights. */
  weeks: (number | null)[];
}

export interface EventFacts {
  eventId: number;
  /** Zero-based days of the year. */
  firstDay: number;
  lastDay: number;
  /** What the event is known by; null where it is not in the list of known events. */
  name: string | null;
  /** Airports of the event, those with the most flights first. */
  airports: string[];
  /** Airports nearby whose score was high, though not high enough to be anomalous. */
  alsoAffected: string[];
  flights: number;
  cancelled: number;
  /** Minutes lost beyond the usual. */
  excessMinutes: number;
  mainCause: string | null;
  /** Whose flights they were, where somebody stands out on most of the event's days. */
  whose: string | null;
  /** Minutes lost per scheduled flight at the event's airports, from `firstDay − daysAround` on. */
  around: { firstDay: number; lostMinutes: (number | null)[] };
}

export interface DayFacts {
  airport: string;
  /** Zero-based day of the year. */
  day: number;
  score: number | null;
  isAnomaly: boolean;
  isOutlier: boolean;
  flights: number;
  cancelled: number | null;
  meanDepartureDelay: number | null;
  excessMinutes: number | null;
  eventName: string | null;
  /** One sentence that names airport and date; null on days that are not anomalous. */
  explanation: string | null;
}

/** A carrier at an airport, or a destination, on a day on which it was in trouble and its airport as a whole was not. */
export interface SegmentFacts {
  kind: 'carrier' | 'destination';
  airport: string;
  /** Name of the carrier; null for a destination. */
  carrier: string | null;
  day: number;
  flights: number;
  cancelled: number;
  meanDepartureDelay: number | null;
  score: number;
  /** `60 % left an hour late or not at all, usual 5 %` */
  outOfLine: string;
  eventName: string | null;
}

export interface Amount {
  cause: string;
  amount: number;
}
