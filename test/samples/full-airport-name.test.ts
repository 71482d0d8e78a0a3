import test from 'ava';
import { fullAirportName } from '../../samples/full-airport-name.ts';

for (const [name, full] of [
  ['John F Kennedy Intl', 'John F. Kennedy International Airport'],
  ['John F Kennedy International Airport', 'John F. Kennedy International Airport'],
  ['Dane Co Rgnl Truax Fld', 'Dane County Regional Truax Field'],
  ['Greater Cumberland Rgnl.', 'Greater Cumberland Regional Airport'],
  ['Barksdale Afb Airport', 'Barksdale Air Force Base'],
  ['St Louis Lambert International Airport', 'St. Louis Lambert International Airport'],
  ['St. Augustine Airport', 'St. Augustine Airport'],
  ["St Mary's County Regional Airport", "St. Mary's County Regional Airport"],
  ['City Of Colorado Springs Muni', 'City of Colorado Springs Municipal Airport'],
  ['Mc Ghee Tyson', 'McGhee Tyson'],
  ['L M Clayton Airport', 'L. M. Clayton Airport'],
  ['Scottsbluff/Wm  B Heilig Field', 'Scottsbluff/Wm B. Heilig Field'],
  [
    'Fort Worth Nas Jrb (Carswell Field) Airport',
    'Fort Worth Naval Air Station Joint Reserve Base (Carswell Field) Airport',
  ],
  ["Chicago O'Hare International Airport", "Chicago O'Hare International Airport"],
]) {
  test(`${name} is ${full}`, (t) => t.is(fullAirportName(name), full));
}
