/** An anomalous event as a digest tells it. */
export interface ToldEvent {
  /** ISO 8601 dates of the first and the last anomalous day. */
  firstDate: string;
  lastDate: string;
  /** Those with the most flights first. */
  airports: string[];
  /** Minutes lost beyond the usual, by which events are ordered. */
  minutesLost: number;
  /** What the event is known by; null where it is not in the list of known events. */
  name: string | null;
  title: string;
}

/** An event of a year as it is published now. */
export interface CurrentEvent extends ToldEvent {
  /** Its anomalous airport-days, such as `JFK 2013-02-09`. No other event of the year has any of them. */
  airportDays: string[];
}

/** An event as it was noted at the last look. */
export interface NotedEvent {
  id: number;
  /** Its anomalous airport-days at the last look. */
  airportDays: string[];
  /** As it was told last; as it was at the last look where it was never told. */
  asRead: ToldEvent;
  /** Whether it was told. Events that the settings leave out are noted, and not told. */
  isTold: boolean;
}
