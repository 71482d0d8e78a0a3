import { setTimeout as sleep } from 'node:timers/promises';
import { type HTMLElement, parse } from 'node-html-parser';
import { CookieJar } from 'tough-cookie';
import { InputError, UnreachableError } from '../errors.ts';
import { DamagedError } from '../io/archive.ts';
import { type Origin, type OriginFile, StartOverError, shown } from '../io/origin.ts';
import { type Connection, isGone, type Question, WebClient, type WebOptions } from '../io/web-client.ts';
import { btsName } from './bts-name.ts';

/** The form for the flights of reporting carriers, from which BTS gives any month since October 1987. */
export const btsForm = 'https://www.transtats.bts.gov/DL_SelectFields.aspx?gnoyr_VQ=FGJ&QO_fu146_anzr=b0-gvzr';

/** The form makes a month's file when it is asked for it, and says nothing until it is done. */
const patience = {
  attempts: 6,
  firstPauseMilliseconds: 500,
  stallMilliseconds: 600_000,
  longestPauseMilliseconds: 300_000,
};
const longestRestMilliseconds = 60_000;
/** The page has a view state of some 100 kB. */
const longestPageBytes = 1 << 23;
const longestTitle = 80;

/** The address of a month behind the form: the form's own, and the month as a fragment, which is never sent. */
export function formMonth(form: URL, year: number, month: number): URL {
  const url = new URL(form);
  url.hash = `${year}-${month}`;
  return url;
}

/**
 * The months behind BTS's download form, an ASP.NET page. As a browser does, it gets the page, posts it back with "all
 * fields" ticked, and posts the page that comes then with the button; each time with the hidden fields of the page before.
 * The box for prezipped files stays unticked: with it, the form leads to the ready-made file, which these years lack.
 *
 * It asks for one thing at a time, and rests after a month for as long as the form worked on it.
 */
export class BtsForm implements Origin {
  readonly #client: WebClient;
  readonly #signal: AbortSignal;
  #offered: { years: string[]; months: string[] } | undefined;
  #restUntil = 0;

  constructor(options: WebOptions) {
    this.#client = new WebClient({ patience, ...options });
    this.#signal = options.signal;
  }

  /** Look up whether the form offers the month. The form gives no size or version. */
  async look(url: URL): Promise<OriginFile | undefined> {
    const { year, month } = monthIn(url);
    if (!this.#offered) {
      const page = await this.#page(url);
      this.#offered = { years: page.optionsOf('cboYear'), months: page.optionsOf('cboPeriod') };
    }
    const { years, months } = this.#offered;
    if (!years.includes(year) || !months.includes(month)) return undefined;
    return { url, name: btsName(Number(year), Number(month)) };
  }

  async *read({ url }: OriginFile): AsyncIterable<Uint8Array> {
    await sleep(Math.max(0, this.#restUntil - Date.now()), undefined, { signal: this.#signal });
    const started = Date.now();
    let connection: Connection | undefined;
    try {
      connection = await this.#download(url);
      for await (const chunk of connection.body as AsyncIterable<Buffer>) {
        connection.patient = true;
        yield chunk;
        connection.patient = false;
        connection.heard();
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      // A broken download cannot be resumed, since the form makes the file again each time.
      if (connection && this.#client.isPassing(connection.lost ?? error)) throw new StartOverError();
      throw error;
    } finally {
      connection?.close();
      const worked = Date.now() - started;
      this.#restUntil = Date.now() + Math.min(worked, longestRestMilliseconds);
    }
  }

  /** Fill in the form and press the button, in a session of its own; the answer is the zip. */
  async #download(url: URL): Promise<Connection> {
    const { year, month } = monthIn(url);
    const cookies = new CookieJar();
    const chosen = { cboGeography: 'All', cboYear: year, cboPeriod: month, chkAllVars: 'on' };
    const empty = await this.#page(url, { cookies });
    const ticked = await this.#page(url, {
      cookies,
      form: new URLSearchParams({ ...empty.hidden, ...chosen, __EVENTTARGET: 'chkAllVars' }),
    });
    const fields = Object.fromEntries(ticked.fields.map((name) => [name, 'on']));
    const form = new URLSearchParams({ ...ticked.hidden, ...chosen, ...fields, btnDownload: ticked.button });
    const connection = await this.#client.persistently(url, () => this.#ask(url, { cookies, form }));
    const type = connection.headers['content-type'] ?? '';
    if (!/html/i.test(type) && !isGone(connection.status)) return connection;
    try {
      throw new DamagedError(shown(url), `is a web page (${titleOf(await textOf(connection))}) instead of a zip`);
    } finally {
      connection.close();
    }
  }

  async #page(url: URL, question: Question = {}): Promise<FormPage> {
    return await this.#client.persistently(url, async () => {
      const connection = await this.#ask(url, question);
      try {
        if (isGone(connection.status)) {
          throw new InputError(`${shown(url)} is not there (HTTP ${connection.status}); check BTS_FORM_URL`);
        }
        return new FormPage(url, await textOf(connection));
      } catch (error) {
        throw connection.lost ?? error;
      } finally {
        connection.close();
      }
    });
  }

  async #ask(url: URL, question: Question): Promise<Connection> {
    const headers = { referer: url.href.slice(0, -url.hash.length), origin: url.origin };
    return await this.#client.ask(url, { ...question, ...(question.form && { headers }) });
  }
}

/** What the form's page says. */
class FormPage {
  readonly #form: HTMLElement;
  readonly #where: string;

  /**
   * @throws UnreachableError when it is another page, as while the site is being worked on
   * @throws InputError when the form lacks what acquire fills in
   */
  constructor(url: URL, html: string) {
    this.#where = shown(url);
    const state = parse(html).querySelector('input[name="__VIEWSTATE"]');
    const form = state?.closest('form');
    if (!form) {
      throw new UnreachableError(`${this.#where} answers with another page (${titleOf(html)}); try again later`);
    }
    this.#form = form;
    for (const name of ['cboYear', 'cboPeriod', 'chkAllVars', 'btnDownload']) this.#control(name);
    if (this.fields.length === 0) throw this.#changed('fields to choose from');
  }

  /** What the page sends back unseen: the view state, its checksum, and the like. */
  get hidden(): Record<string, string> {
    const inputs = this.#form.querySelectorAll('input[type="hidden"]');
    return Object.fromEntries(
      inputs.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']),
    );
  }

  /** The names of the columns that can be had. */
  get fields(): string[] {
    const names = this.#form.querySelectorAll('input[type="checkbox"]').map((box) => box.getAttribute('name') ?? '');
    return names.filter((name) => name !== '' && !name.startsWith('chk'));
  }

  get button(): string {
    return this.#control('btnDownload').getAttribute('value') ?? '';
  }

  optionsOf(name: string): string[] {
    const options = this.#control(name).querySelectorAll('option');
    return options.map((option) => option.getAttribute('value') ?? option.text.trim());
  }

  #control(name: string): HTMLElement {
    const control = this.#form.querySelector(`[name="${name}"]`);
    if (!control) throw this.#changed(name);
    return control;
  }

  #changed(what: string): InputError {
    return new InputError(
      `${this.#where} is no longer the form that acquire knows: it has no ${what}; use --from with the address of a ` +
        'mirror, or download the months by hand (see docs/acquire.md)',
    );
  }
}

function monthIn(url: URL): { year: string; month: string } {
  const [year, month] = url.hash.slice(1).split('-');
  return { year, month };
}

async function textOf({ body }: Connection): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > longestPageBytes) break;
  }
  return Buffer.concat(chunks).toString();
}

function titleOf(html: string): string {
  const title = parse(html).querySelector('title')?.text.replaceAll(/\s+/g, ' ').trim();
  return title ? `"${title.slice(0, longestTitle)}"` : 'without a title';
}
