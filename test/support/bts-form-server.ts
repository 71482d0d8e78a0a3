import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { generatedYear } from '../../samples/generated-year.ts';

const diversion = (n: number) =>
  [
    'AIRPORT',
    'AIRPORT_ID',
    'AIRPORT_SEQ_ID',
    'WHEELS_ON',
    'TOTAL_GTIME',
    'LONGEST_GTIME',
    'WHEELS_OFF',
    'TAIL_NUM',
  ].map((name) => `DIV${n}_${name}`);

/** The 109 columns of the form, by its names. */
export const formColumns = [
  ...'YEAR,QUARTER,MONTH,DAY_OF_MONTH,DAY_OF_WEEK,FL_DATE,OP_UNIQUE_CARRIER,OP_CARRIER_AIRLINE_ID'.split(','),
  ...'OP_CARRIER,TAIL_NUM,OP_CARRIER_FL_NUM,ORIGIN_AIRPORT_ID,ORIGIN_AIRPORT_SEQ_ID'.split(','),
  ...'ORIGIN_CITY_MARKET_ID,ORIGIN,ORIGIN_CITY_NAME,ORIGIN_STATE_ABR,ORIGIN_STATE_FIPS,ORIGIN_STATE_NM'.split(','),
  ...'ORIGIN_WAC,DEST_AIRPORT_ID,DEST_AIRPORT_SEQ_ID,DEST_CITY_MARKET_ID,DEST,DEST_CITY_NAME'.split(','),
  ...'DEST_STATE_ABR,DEST_STATE_FIPS,DEST_STATE_NM,DEST_WAC,CRS_DEP_TIME,DEP_TIME,DEP_DELAY'.split(','),
  ...'DEP_DELAY_NEW,DEP_DEL15,DEP_DELAY_GROUP,DEP_TIME_BLK,TAXI_OUT,WHEELS_OFF,WHEELS_ON,TAXI_IN'.split(','),
  ...'CRS_ARR_TIME,ARR_TIME,ARR_DELAY,ARR_DELAY_NEW,ARR_DEL15,ARR_DELAY_GROUP,ARR_TIME_BLK,CANCELLED'.split(','),
  ...'CANCELLATION_CODE,DIVERTED,CRS_ELAPSED_TIME,ACTUAL_ELAPSED_TIME,AIR_TIME,FLIGHTS,DISTANCE'.split(','),
  ...'DISTANCE_GROUP,CARRIER_DELAY,WEATHER_DELAY,NAS_DELAY,SECURITY_DELAY,LATE_AIRCRAFT_DELAY'.split(','),
  ...'FIRST_DEP_TIME,TOTAL_ADD_GTIME,LONGEST_ADD_GTIME,DIV_AIRPORT_LANDINGS,DIV_REACHED_DEST'.split(','),
  ...'DIV_ACTUAL_ELAPSED_TIME,DIV_ARR_DELAY,DIV_DISTANCE'.split(','),
  ...[1, 2, 3, 4, 5].flatMap(diversion),
];

/** Answers a step in place of the form. */
export type FormBehaviour = (response: ServerResponse, file: Buffer) => void;
/** What a request is: for the page, with "all fields" ticked, or with the button pressed. */
export type Step = 'page' | 'tick' | 'download';

/** A stand-in for BTS's download form. */
export interface BtsFormServer {
  /** Address of the form. */
  url: string;
  requests: { step: Step; fields: URLSearchParams; userAgent: string | undefined }[];
  /** Answer the next requests of a step like this; then as usual. */
  misbehave(step: Step, ...behaviours: FormBehaviour[]): void;
  /** Change each page. */
  page: (html: string) => string;
  /** How many connections were open at once, at most, and how many requests. */
  most: { connections: number; requests: number };
  reset(): void;
  stop(): Promise<void>;
}

const firstYear = 1987;
const lastYear = 2026;

/**
 * A server on loopback that behaves as BTS's form was seen to: pages carry a view state that is good in the session of its
 * cookie only, with a checksum; field names count once "all fields" was posted back; what does not fit is answered with
 * a page. It gives invented flights of a year, in the form's columns, and makes a file anew each time.
 */
export async function startBtsForm({ year, flights }: { year: number; flights: number }): Promise<BtsFormServer> {
  const months = await monthsOfRows(year, flights);
  const sessions = new Set<string>();
  const misbehaviour = new Map<Step, FormBehaviour[]>();
  const secret = randomUUID();
  const open = { connections: 0, requests: 0 };
  const checksum = (state: string) => createHash('sha256').update(`${secret}${state}`).digest('base64');
  const self: BtsFormServer = {
    url: '',
    requests: [],
    misbehave: (step, ...behaviours) => void misbehaviour.set(step, behaviours),
    page: (html) => html,
    most: { connections: 0, requests: 0 },
    reset: () => {
      self.requests.length = 0;
      self.page = (html) => html;
      self.most = { connections: 0, requests: 0 };
      misbehaviour.clear();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const fields = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
    const isTick = fields.get('__EVENTTARGET') === 'chkAllVars';
    const step = request.method === 'GET' ? 'page' : isTick ? 'tick' : 'download';
    self.requests.push({ step, fields, userAgent: request.headers['user-agent'] });
    if (!request.url!.startsWith('/DL_SelectFields.aspx?gnoyr_VQ=FGJ')) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<title>Not found</title>');
      return;
    }
    let session = /ASP\.NET_SessionId=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    const misbehave = misbehaviour.get(step)?.shift();
    const month = Number(fields.get('cboPeriod'));
    const columns = formColumns.filter((name) => fields.get(name) === 'on');
    const file = () => zipOf(columns, months[month - 1] ?? []);
    if (misbehave) return misbehave(response, step === 'download' ? await file() : Buffer.alloc(0));
    const sendPage = (ticked: boolean) => {
      const headers: Record<string, string> = { 'content-type': 'text/html; charset=utf-8' };
      if (!sessions.has(session)) {
        session = randomUUID();
        sessions.add(session);
        headers['set-cookie'] = `ASP.NET_SessionId=${session}; path=/; HttpOnly; SameSite=Lax`;
      }
      const state = Buffer.from(JSON.stringify({ session, ticked })).toString('base64');
      response.writeHead(200, headers).end(self.page(pageOf(state, checksum(state), ticked)));
    };
    const refuse = (title: string) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end(`<html><title>${title}</title></html>`);
    if (step === 'page') return sendPage(false);

    const state = fields.get('__VIEWSTATE') ?? '';
    if (fields.get('__EVENTVALIDATION') !== checksum(state)) return refuse('Invalid postback');
    const { session: ofState, ticked } = JSON.parse(Buffer.from(state, 'base64').toString());
    if (ofState !== session || !sessions.has(session)) return refuse('Session expired');
    if (step === 'tick') return fields.get('chkAllVars') === 'on' ? sendPage(true) : sendPage(false);
    const known = new Set([...formColumns, 'cboGeography', 'cboYear', 'cboPeriod', 'chkAllVars', 'btnDownload']);
    const unknown = [...fields.keys()].filter((name) => !known.has(name) && !/^(?:__|chk|affiliate$)/.test(name));
    if (fields.has('chkDownloadZip')) return void response.writeHead(302, { location: '/PREZIP/x.zip' }).end();
    if (!ticked || unknown.length > 0 || columns.length === 0) return refuse('Error');
    if (fields.get('btnDownload') !== 'Download' || fields.get('cboGeography') !== 'All') return refuse('Error');
    if (fields.get('cboYear') !== String(year) || !months[month - 1]) return refuse('Error');
    response.writeHead(200, { 'content-type': 'application/x-zip-compressed' });
    response.end(await file());
  };
  const server = createServer((request, response) => {
    self.most.requests = Math.max(self.most.requests, ++open.requests);
    response.on('close', () => open.requests--);
    void answer(request, response);
  });
  server.on('connection', (socket) => {
    self.most.connections = Math.max(self.most.connections, ++open.connections);
    socket.on('close', () => open.connections--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  self.url = `http://127.0.0.1:${port}/DL_SelectFields.aspx?gnoyr_VQ=FGJ&QO_fu146_anzr=b0-gvzr`;
  return self;
}

function pageOf(state: string, checksum: string, ticked: boolean): string {
  const option = (value: number | string) => `<option value="${value}">${value}</option>`;
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => option(from + index));
  const box = (name: string, isTicked = false) =>
    `<input id="${name}" type="checkbox" name="${name}"${isTicked ? ' checked="checked"' : ''} />`;
  const hidden = (name: string, value: string) =>
    `<input type="hidden" name="${name}" id="${name}" value="${value.replaceAll('+', '&#43;')}" />`;
  return `<!DOCTYPE html><html><head><title>OST_R | BTS | Transtats</title></head><body>
<form action="https://search.example/" method="get"><input type="hidden" name="utf8" value="x"></form>
<form method="post" action="./DL_SelectFields.aspx?gnoyr_VQ=FGJ&amp;QO_fu146_anzr=b0-gvzr" id="form1">
${hidden('__EVENTTARGET', '')}${hidden('__EVENTARGUMENT', '')}${hidden('__LASTFOCUS', '')}
${hidden('__VIEWSTATE', state)}${hidden('__VIEWSTATEGENERATOR', 'AE2D4E1A')}${hidden('__EVENTVALIDATION', checksum)}
<select name="cboGeography" id="cboGeography">${option('All')}</select>
<select name="cboYear" id="cboYear">${range(firstYear, lastYear).join('')}</select>
<select name="cboPeriod" id="cboPeriod">${range(1, 12).join('')}</select>
${box('chkDownloadZip')}${box('chkshowNull')}${box('chkAllVars', ticked)}
${formColumns.map((name) => box(name, ticked)).join('\n')}
<input type="submit" name="btnDownload" value="Download" id="btnDownload" />
</form></body></html>`;
}

/** The rows of each month, as values by the form's names. */
async function monthsOfRows(year: number, flights: number): Promise<Map<string, string>[][]> {
  const lines = (await Array.fromAsync(generatedYear({ year, flights, airports: 10, seed: 4 })))
    .join('')
    .trim()
    .split('\n');
  const names = lines[0].split(',');
  const months: Map<string, string>[][] = Array.from({ length: 12 }, () => []);
  for (const line of lines.slice(1)) {
    const values = new Map(line.split(',').map((value, index) => [names[index], value]));
    const [, month, day] = values.get('FL_DATE')!.split('-').map(Number);
    values.set('FL_DATE', `${month}/${day}/${year} 12:00:00 AM`);
    values.set('OP_UNIQUE_CARRIER', `"${values.get('OP_CARRIER')}"`);
    values.set('ORIGIN_CITY_NAME', '"New York, NY"');
    months[month - 1].push(values);
  }
  return months;
}

async function zipOf(columns: string[], rows: Map<string, string>[]): Promise<Buffer> {
  const lines = rows.map((row) => columns.map((name) => row.get(name) ?? '').join(','));
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(`${[columns.join(','), ...lines].join('\n')}\n`), 'T_ONTIME_REPORTING.csv');
  zip.end();
  return await buffer(zip.outputStream);
}
