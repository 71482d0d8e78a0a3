import { addressSource } from './address.ts';
import { btsFolder, btsSource } from './bts.ts';
import { btsForm } from './bts-form.ts';
import { checkKaggleYear, kaggleSource } from './kaggle.ts';
import { type KaggleSettings, kaggleAuthorization } from './kaggle-token.ts';
import type { Source, SourceRequest } from './source.ts';

/** What the sources look at. */
export interface SourceSettings extends KaggleSettings {
  BTS_URL?: string | undefined;
  BTS_FORM_URL?: string | undefined;
  KAGGLE_API_ENDPOINT?: string | undefined;
}

/**
 * The source that the command line names.
 * @param from `bts`, `kaggle` or an address
 */
export async function chooseSource(from: string, settings: SourceSettings, request: SourceRequest): Promise<Source> {
  if (from === 'bts') {
    const { BTS_URL = btsFolder, BTS_FORM_URL = btsForm } = settings;
    return btsSource({ folder: new URL(BTS_URL), form: new URL(BTS_FORM_URL) }, request);
  }
  if (from !== 'kaggle') return addressSource(from, request);
  checkKaggleYear(request.year);
  const authorization = await kaggleAuthorization(settings);
  return kaggleSource({ endpoint: new URL(settings.KAGGLE_API_ENDPOINT ?? kaggleSite), authorization }, request);
}

/** Kaggle's own clients know the same variable. */
const kaggleSite = 'https://www.kaggle.com';
