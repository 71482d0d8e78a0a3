import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { btsName } from '../tasks/acquire/bts-name.ts';
import { type GeneratedYear, generatedYear } from './generated-year.ts';

/** A month as BTS's folder PREZIP has it. */
export interface BtsMonth {
  month: number;
  /** Name of the file in PREZIP. */
  name: string;
  zip: Buffer;
}

const diversion = (n: number) =>
  ['Airport', 'AirportID', 'AirportSeqID', 'WheelsOn', 'TotalGTime', 'LongestGTime', 'WheelsOff', 'TailNum'].map(
    (name) => `Div${n}${name}`,
  );

/** The 109 columns of BTS's monthly files. */
const columns = [
  ...'Year,Quarter,Month,DayofMonth,DayOfWeek,FlightDate,Reporting_Airline,DOT_ID_Reporting_Airline'.split(','),
  ...'IATA_CODE_Reporting_Airline,Tail_Number,Flight_Number_Reporting_Airline,OriginAirportID'.split(','),
  ...'OriginAirportSeqID,OriginCityMarketID,Origin,OriginCityName,OriginState,OriginStateFips'.split(','),
  ...'OriginStateName,OriginWac,DestAirportID,DestAirportSeqID,DestCityMarketID,Dest,DestCityName'.split(','),
  ...'DestState,DestStateFips,DestStateName,DestWac,CRSDepTime,DepTime,DepDelay,DepDelayMinutes'.split(','),
  ...'DepDel15,DepartureDelayGroups,DepTimeBlk,TaxiOut,WheelsOff,WheelsOn,TaxiIn,CRSArrTime,ArrTime'.split(','),
  ...'ArrDelay,ArrDelayMinutes,ArrDel15,ArrivalDelayGroups,ArrTimeBlk,Cancelled,CancellationCode'.split(','),
  ...'Diverted,CRSElapsedTime,ActualElapsedTime,AirTime,Flights,Distance,DistanceGroup,CarrierDelay'.split(','),
  ...'WeatherDelay,NASDelay,SecurityDelay,LateAircraftDelay,FirstDepTime,TotalAddGTime'.split(','),
  ...'LongestAddGTime,DivAirportLandings,DivReachedDest,DivActualElapsedTime,DivArrDelay,DivDistance'.split(','),
  ...[1, 2, 3, 4, 5].flatMap(diversion),
];

/** What the publisher puts between quotes. */
const quoted = new Set(
  columns.filter((name) => /Airline$|^Tail_|^(?:Origin|Dest)(?:$|City|State)|Time$|Blk$|^Cancellation/.test(name)),
);

/** Fields of {@link generatedYear} by the names that BTS gives them. */
const generated = [
  ...'FlightDate,Reporting_Airline,Flight_Number_Reporting_Airline,Origin,Dest,CRSDepTime,DepTime,DepDelay'.split(','),
  ...'TaxiOut,WheelsOff,WheelsOn,TaxiIn,CRSArrTime,ArrTime,ArrDelay,Cancelled,CancellationCode,Diverted'.split(','),
  ...'CRSElapsedTime,ActualElapsedTime,AirTime,Distance,CarrierDelay,WeatherDelay,NASDelay'.split(','),
  ...'SecurityDelay,LateAircraftDelay'.split(','),
];

/** {@link generatedYear} in BTS's columns, one CSV text a month. */
export async function* btsTexts(what: GeneratedYear): AsyncIterable<{ month: number; text: string }> {
  let parts: string[] = [];
  let current = 0;
  for await (const piece of generatedYear(what)) {
    for (const line of piece.split('\n')) {
      if (line === '' || line.startsWith('FL_DATE')) continue;
      const month = Number(line.slice(5, 7));
      if (month !== current) {
        if (current > 0) yield { month: current, text: parts.join('') };
        parts = [`${columns.map((name) => `"${name}"`).join(',')},\n`];
        current = month;
      }
      parts.push(btsLine(line));
    }
  }
  yield { month: current, text: parts.join('') };
}

function btsLine(line: string): string {
  const values = line.split(',');
  const fields = new Map(generated.map((name, index) => [name, values[index]]));
  const [year, month, day] = fields.get('FlightDate')!.split('-');
  const more: Record<string, string> = {
    Year: year,
    Quarter: String(Math.ceil(Number(month) / 3)),
    Month: String(Number(month)),
    DayofMonth: String(Number(day)),
    OriginCityName: `${fields.get('Origin')} City, NY`,
    DestCityName: `${fields.get('Dest')} City, CA`,
    OriginStateName: 'New York',
    DestStateName: 'California',
    OriginAirportID: String(10_000 + Number(values[2])),
    Tail_Number: `N${values[2]}${values[1]}`,
    Flights: '1.00',
  };
  const text = columns.map((name) => {
    const value = more[name] ?? fields.get(name)?.replace(/\.0$/, '.00') ?? '';
    return value !== '' && quoted.has(name) ? `"${value}"` : value;
  });
  return `${text.join(',')},\n`;
}

/** A month's CSV text as BTS wraps it. */
export async function btsZip(year: number, month: number, text: string): Promise<Buffer> {
  const zip = new ZipFile();
  const name = `On_Time_Reporting_Carrier_On_Time_Performance_(1987_present)_${year}_${month}.csv`;
  zip.addBuffer(Buffer.from(text), name);
  zip.addBuffer(Buffer.from('<html><body>What the columns mean.</body></html>\n'), 'readme.html');
  zip.end();
  return await buffer(zip.outputStream);
}

/** A month as a zip, as BTS makes it. */
export async function* btsMonths(what: GeneratedYear): AsyncIterable<BtsMonth> {
  for await (const { month, text } of btsTexts(what)) {
    yield { month, name: btsName(what.year, month), zip: await btsZip(what.year, month, text) };
  }
}
