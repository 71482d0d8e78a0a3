import { airportDaysDefinition } from './airport-days-table.ts';
import { contributorsDefinition } from './contributors-table.ts';
import { eventsDefinition } from './events-table.ts';
import { segmentsDefinition } from './segments-table.ts';
import type { TableDefinition } from './table-definition.ts';

/** The tables that a year is loaded into and exported from. */
export const tableDefinitions: readonly TableDefinition[] = [
  airportDaysDefinition,
  eventsDefinition,
  contributorsDefinition,
  segmentsDefinition,
];
