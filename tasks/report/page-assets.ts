import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { PageAssets } from '../../charts/pages/page.ts';
import { pageStyle } from '../../charts/pages/style.ts';

/** A file that all pages share. Its name changes with its content, so that a browser may keep it for ever. */
export interface Asset {
  /** Below `reports/`. */
  file: string;
  content: Uint8Array | string;
  contentType: string;
}

/** Makes the files that all pages share: style sheet, script, and plotly.js. */
export async function pageAssets(): Promise<{ assets: PageAssets; files: Asset[] }> {
  const [style, script, plotly] = await Promise.all([makeStyle(), bundleScript(), readPackage(plotlyFile)]);
  const files = [asset('style', 'css', style), asset('pages', 'js', script), asset('plotly', 'js', plotly)];
  const [{ file: styleFile }, { file: scriptFile }, { file: plotlyAsset }] = files;
  return { assets: { style: styleFile, script: scriptFile, plotly: plotlyAsset }, files };
}

/** The smallest of plotly.js's bundles that draws an airport's year. */
const plotlyFile = 'plotly.js-basic-dist-min';
const contentTypes = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' };

function asset(name: string, kind: keyof typeof contentTypes, content: Uint8Array | string): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  return { file: `assets/${name}-${hash}.${kind}`, content, contentType: contentTypes[kind] };
}

async function makeStyle(): Promise<string> {
  const rules = await readFile(new URL('../../charts/pages/style.css', import.meta.url), 'utf8');
  const font = async (weight: number) =>
    Buffer.from(await readPackage(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`)).toString('base64');
  return pageStyle(rules, { regular: await font(400), bold: await font(600) });
}

/** The pages' script with the libraries that it uses, in one file: a page that is opened as a file loads no modules. */
async function bundleScript(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../charts/pages/browser/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}

function readPackage(file: string): Promise<Uint8Array> {
  return readFile(new URL(import.meta.resolve(file)));
}
