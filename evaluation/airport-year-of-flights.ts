/** A flight as the detectors count it. */
export interface Flight {
  /** Minutes; NaN where it did not leave, or the file does not say. */
  delay: number;
  cancelled: boolean;
  /** '' where the file does not say; the same of the destination. */
  carrier: string;
  destination: string;
  /** Hour of the scheduled departure, or `noHour`. */
  hour: number;
}

/** An airport's year to be disturbed: the flights of each day that has some. */
export interface AirportYearOfFlights {
  airport: string;
  year: number;
  /** Zero-based days of the year in ascending order, one for each entry of the flights. */
  dayOfYear: Uint16Array;
  flights: Flight[][];
}
