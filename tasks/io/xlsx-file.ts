import { lastCell, type Sheet, sheetXml } from './sheet-xml.ts';
import type { Table } from './table.ts';
import { xmlText } from './xml-text.ts';
import { zipFile } from './zip-file.ts';

/** What a workbook says of itself; Excel shows it under File → Info → Properties. */
export interface WorkbookProperties {
  title: string;
  /** Further properties, by their names. */
  custom: Record<string, string>;
}

/** Excel's own limit, the header included. */
const excelRows = 1_048_576;

const declaration = Buffer.from('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n');
const schemas = 'http://schemas.openxmlformats.org';
const main = `xmlns="${schemas}/spreadsheetml/2006/main"`;
const relationshipTypes = `${schemas}/officeDocument/2006/relationships`;
const officeXml = 'application/vnd.openxmlformats-officedocument';
const packageXml = 'application/vnd.openxmlformats-package';
/** Identifier of the property set for properties that users define, as Windows has it. */
const customPropertySet = '{D5CDD505-2E9C-101B-9397-08002B2CF9AE}';

/**
 * Tables as an Excel workbook, a sheet each, in chunks. A table that is longer than a sheet goes on in the next one.
 *
 * Written by hand, since libraries take three to fifteen times as long for a year of airport-days, and twice the bytes.
 * Source: ECMA-376, part 1, chapter 18 (SpreadsheetML) and part 2 (packages).
 * @param rowsOfSheet the most rows of a sheet
 */
export function xlsxFile(
  tables: readonly Table[],
  properties: WorkbookProperties,
  rowsOfSheet = excelRows,
): AsyncIterable<Uint8Array> {
  const sheets = tables.flatMap((table) => sheetsOf(table, rowsOfSheet - 1));
  const parts: [path: string, xml: Iterable<string | Buffer>][] = [
    ['[Content_Types].xml', [contentTypes(sheets.length)]],
    ['_rels/.rels', [packageRelationships]],
    ['docProps/core.xml', [coreProperties(properties.title)]],
    ['docProps/custom.xml', [customProperties(properties.custom)]],
    ['xl/workbook.xml', [workbook(sheets)]],
    ['xl/_rels/workbook.xml.rels', [workbookRelationships(sheets.length)]],
    ['xl/styles.xml', [styles]],
    ...sheets.map((sheet, index): [string, Iterable<Buffer>] => [sheetPath(index), sheetXml(sheet)]),
  ];
  return zipFile(parts.map(([path, xml]) => ({ path, content: encoded(xml) })));
}

/** The parts of a table that fit on a sheet. */
function sheetsOf(table: Table, rowsOfSheet: number): Sheet[] {
  const count = Math.max(1, Math.ceil(table.rows / rowsOfSheet));
  return Array.from({ length: count }, (_, index) => ({
    name: index === 0 ? table.name : `${table.name} ${index + 1}`,
    table,
    start: index * rowsOfSheet,
    end: Math.min((index + 1) * rowsOfSheet, table.rows),
  }));
}

function* encoded(xml: Iterable<string | Buffer>): Iterable<Buffer> {
  yield declaration;
  for (const text of xml) yield typeof text === 'string' ? Buffer.from(text) : text;
}

const sheetPath = (index: number) => `xl/worksheets/sheet${index + 1}.xml`;

function contentTypes(sheets: number): string {
  const override = (part: string, type: string) => `<Override PartName="/${part}" ContentType="${type}+xml"/>`;
  return [
    `<Types xmlns="${schemas}/package/2006/content-types">`,
    `<Default Extension="rels" ContentType="${packageXml}.relationships+xml"/>`,
    '<Default Extension="xml" ContentType="application/xml"/>',
    override('docProps/core.xml', `${packageXml}.core-properties`),
    override('docProps/custom.xml', `${officeXml}.custom-properties`),
    override('xl/workbook.xml', `${officeXml}.spreadsheetml.sheet.main`),
    override('xl/styles.xml', `${officeXml}.spreadsheetml.styles`),
    ...Array.from({ length: sheets }, (_, index) => override(sheetPath(index), `${officeXml}.spreadsheetml.worksheet`)),
    '</Types>',
  ].join('');
}

const relationship = (id: number, type: string, target: string) =>
  `<Relationship Id="rId${id}" Type="${type}" Target="${target}"/>`;

const relationships = (inner: string) =>
  `<Relationships xmlns="${schemas}/package/2006/relationships">${inner}</Relationships>`;

const packageRelationships = relationships(
  [
    relationship(1, `${relationshipTypes}/officeDocument`, 'xl/workbook.xml'),
    relationship(2, `${schemas}/package/2006/relationships/metadata/core-properties`, 'docProps/core.xml'),
    relationship(3, `${relationshipTypes}/custom-properties`, 'docProps/custom.xml'),
  ].join(''),
);

function workbookRelationships(sheets: number): string {
  const ofSheets = Array.from({ length: sheets }, (_, index) =>
    relationship(index + 1, `${relationshipTypes}/worksheet`, `worksheets/sheet${index + 1}.xml`),
  );
  return relationships([...ofSheets, relationship(sheets + 1, `${relationshipTypes}/styles`, 'styles.xml')].join(''));
}

function workbook(sheets: readonly Sheet[]): string {
  const named = sheets.map(
    ({ name }, index) => `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  // Excel also keeps the range of a filter under this name.
  const filtered = sheets.map(
    (sheet, index) =>
      `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">` +
      `'${xmlText(sheet.name)}'!$A$1:${lastCell(sheet, '$')}</definedName>`,
  );
  return (
    `<workbook ${main} xmlns:r="${relationshipTypes}"><sheets>${named.join('')}</sheets>` +
    `<definedNames>${filtered.join('')}</definedNames></workbook>`
  );
}

function coreProperties(title: string): string {
  return (
    `<cp:coreProperties xmlns:cp="${schemas}/package/2006/metadata/core-properties" ` +
    `xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xmlText(title)}</dc:title></cp:coreProperties>`
  );
}

function customProperties(custom: Record<string, string>): string {
  // The numbers of properties begin with 2, since the format reserves those below.
  const all = Object.entries(custom).map(
    ([name, value], index) =>
      `<property fmtid="${customPropertySet}" pid="${index + 2}" name="${xmlText(name)}">` +
      `<vt:lpwstr>${xmlText(value)}</vt:lpwstr></property>`,
  );
  return (
    `<Properties xmlns="${schemas}/officeDocument/2006/custom-properties" ` +
    `xmlns:vt="${schemas}/officeDocument/2006/docPropsVTypes">${all.join('')}</Properties>`
  );
}

/** The cells' formats, in the order of {@link cellStyle}: ordinary ones, dates, the header's. */
const styles = [
  `<styleSheet ${main}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>`,
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>',
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
  '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
  '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>',
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
].join('');
