/** What the lists of airports abbreviate, without the dots. */
const words: Record<string, string> = {
  Aaf: 'Army Airfield',
  Af: 'Air Force',
  Afb: 'Air Force Base',
  Afld: 'Airfield',
  Arb: 'Air Reserve Base',
  Arpt: 'Airport',
  Aux: 'Auxiliary',
  Cg: 'Coast Guard',
  Cgas: 'Coast Guard Air Station',
  Co: 'County',
  Eaf: 'Expeditionary Airfield',
  Fld: 'Field',
  Intcntl: 'Intercontinental',
  Intl: 'International',
  Jngb: 'Joint National Guard Base',
  Jrb: 'Joint Reserve Base',
  Lrrs: 'Long Range Radar Station',
  Mcas: 'Marine Corps Air Station',
  Mem: 'Memorial',
  Metro: 'Metropolitan',
  Muni: 'Municipal',
  NAS: 'Naval Air Station',
  Nas: 'Naval Air Station',
  Naws: 'Naval Air Weapons Station',
  Nolf: 'Naval Outlying Landing Field',
  Ntl: 'National',
  Regl: 'Regional',
  Reqional: 'Regional',
  Rgnl: 'Regional',
  St: 'St.',
};
/** Names that are not abbreviations, but are written in a way of their own. */
const spellings: [RegExp, string][] = [
  [/\bLaguardia\b/, 'LaGuardia'],
  [/\bLasalle\b/, 'LaSalle'],
  [/\bMacdill\b/, 'MacDill'],
  [/\bMcchord\b/, 'McChord'],
  [/\bMariposaYosemite\b/, 'Mariposa-Yosemite'],
  [/\bmunicipal\b/, 'Municipal'],
  [/\bharbor\b/, 'Harbor'],
];

/** `John F. Kennedy International Airport` for `John F Kennedy Intl` and `John F Kennedy International Airport`. */
export function fullAirportName(name: string): string {
  let full = name
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<![\w'’.])(\w+)\.?(?![\w'’])/g, (found, word) => words[word] ?? found);
  for (const [pattern, spelling] of spellings) full = full.replace(pattern, spelling);
  full = full
    .replaceAll(/\bMc (?=[A-Z])/g, 'Mc')
    // One letter before a name is an initial.
    .replaceAll(/\b([A-Z]) (?=[A-Z](?:\w|\.| ))/g, '$1. ')
    .replaceAll(/(?<=[\w.)] )(?:At|And|Of|The)\b/g, (word) => word.toLowerCase())
    // The names of bases do not end in "Airport".
    .replace(/(Base|Airfield|Air Station|Landing Field)(\)?) Airport$/, '$1$2');
  return /(?:International|Regional|Municipal|Memorial|Metropolitan|County|Executive)$/.test(full)
    ? `${full} Airport`
    : full;
}
