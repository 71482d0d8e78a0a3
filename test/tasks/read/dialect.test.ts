import test from 'ava';
import { InputError } from '../../../tasks/errors.ts';
import { recognizeDialect } from '../../../tasks/read/dialect.ts';

const kaggle = 'FL_DATE,OP_CARRIER,OP_CARRIER_FL_NUM,ORIGIN,DEST,CRS_DEP_TIME,DEP_TIME,DEP_DELAY,CANCELLED,Unnamed: 27';
const bts =
  '"Year","Quarter","Month","DayofMonth","FlightDate","Reporting_Airline","Flight_Number_Reporting_Airline",' +
  '"OriginAirportID","Origin","OriginCityName","DepDelay","DepDelayMinutes","Cancelled","CancellationCode",';
const nycflights13 =
  'year,month,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,arr_delay,carrier,flight,tailnum,origin,dest';
const hflights =
  'Year,Month,DayofMonth,DayOfWeek,DepTime,ArrTime,UniqueCarrier,FlightNum,TailNum,ArrDelay,DepDelay,Origin,Cancelled';

test('the Kaggle set is recognised', (t) => {
  const dialect = recognizeDialect(kaggle, 'f');
  t.like(dialect, { date: [0], flightNumber: 2, origin: 3, departureDelay: 7, cancelled: 8, fieldCount: 10 });
  t.true(dialect.endsInComma);
});

test('the downloads of BTS are recognised, a date column goes before its parts', (t) => {
  t.like(recognizeDialect(bts, 'f'), {
    date: [4],
    flightNumber: 6,
    origin: 8,
    departureDelay: 10,
    cancelled: 12,
    fieldCount: 15,
    endsInComma: true,
  });
});

test('the files of the R packages are recognised', (t) => {
  const nyc = recognizeDialect(nycflights13, 'f');
  t.like(nyc, { date: [0, 1, 2], departureDelay: 5, flightNumber: 10, origin: 12 });
  t.is(nyc.cancelled, undefined);
  t.like(recognizeDialect(hflights, 'f'), { date: [0, 1, 2], departureDelay: 10, origin: 11, cancelled: 12 });
});

test('columns may stand in any order, in capitals or not', (t) => {
  const shuffled = 'cancelled,dep_delay,origin,fl_date';
  t.like(recognizeDialect(shuffled, 'f'), { date: [3], origin: 2, departureDelay: 1, cancelled: 0 });
});

test('a missing column is named, with what there is instead', (t) => {
  const error = t.throws(() => recognizeDialect('FL_DATE,DEST,DEP_DELAY', 'a.csv'), { instanceOf: InputError });
  t.is(error.message, 'a.csv:1: no column for ORIGIN; expected one named like ORIGIN among: FL_DATE, DEST, DEP_DELAY');
  t.throws(() => recognizeDialect('ORIGIN,DEP_DELAY,MONTH,DAY', 'a.csv'), {
    message: /no column for FL_DATE \(or YEAR/,
  });
});

test('a column that stands twice is an error', (t) => {
  t.throws(() => recognizeDialect('FL_DATE,ORIGIN,DEP_DELAY,ORIGIN', 'a.csv'), { message: /ORIGIN appears twice/ });
});

test('a header that is not CSV is an error', (t) => {
  t.throws(() => recognizeDialect('FL_DATE,"ORIGIN', 'a.csv'), { instanceOf: InputError, message: /^a\.csv:1: / });
});

const withCauses =
  'FL_DATE,ORIGIN,DEP_DELAY,OP_CARRIER,CANCELLED,CANCELLATION_CODE,DIVERTED,CARRIER_DELAY,WEATHER_DELAY,NAS_DELAY,' +
  'SECURITY_DELAY,LATE_AIRCRAFT_DELAY,Unnamed: 27';

test('carrier, code and causes are recognised in the order of the causes', (t) => {
  t.like(recognizeDialect(withCauses, 'f'), { carrier: 3, cancelled: 4, cancellationCode: 5 });
  t.deepEqual(recognizeDialect(withCauses, 'f').causeMinutes, [7, 8, 9, 10, 11]);
  const other = 'LateAircraftDelay,SecurityDelay,NASDelay,WeatherDelay,CarrierDelay,FlightDate,Origin,DepDelay';
  t.deepEqual(recognizeDialect(other, 'f').causeMinutes, [4, 3, 2, 1, 0]);
  t.is(recognizeDialect(nycflights13, 'f').carrier, 9);
  t.is(recognizeDialect(hflights, 'f').carrier, 6);
});

test('missing optional columns are undefined', (t) => {
  const dialect = recognizeDialect('FL_DATE,ORIGIN,DEP_DELAY,WEATHER_DELAY', 'f');
  t.deepEqual(dialect.causeMinutes, [-1, 3, -1, -1, -1]);
  t.false('carrier' in dialect);
  t.false('cancellationCode' in dialect);
});

test("the operating carrier's column is preferred to others", (t) => {
  const bts = 'FlightDate,IATA_CODE_Reporting_Airline,Reporting_Airline,DOT_ID_Reporting_Airline,Origin,DepDelay';
  t.is(recognizeDialect(bts, 'f').carrier, 2);
  t.is(recognizeDialect('FL_DATE,OP_CARRIER,OP_UNIQUE_CARRIER,ORIGIN,DEP_DELAY', 'f').carrier, 2);
});
