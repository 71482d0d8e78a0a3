/**
 * Carriers as people know them, for the codes that BTS uses; a carrier that is not here goes by its code.
 * Source: https://www.transtats.bts.gov/, lookup table L_UNIQUE_CARRIERS.
 */
const names: Record<string, string> = {
  '9E': 'Endeavor',
  AA: 'American',
  AQ: 'Aloha',
  AS: 'Alaska',
  B6: 'JetBlue',
  CO: 'Continental',
  DH: 'Independence',
  DL: 'Delta',
  EA: 'Eastern',
  EV: 'ExpressJet',
  F9: 'Frontier',
  FL: 'AirTran',
  G4: 'Allegiant',
  HA: 'Hawaiian',
  HP: 'America West',
  MQ: 'Envoy',
  NK: 'Spirit',
  NW: 'Northwest',
  OH: 'PSA',
  OO: 'SkyWest',
  PI: 'Piedmont',
  QX: 'Horizon',
  RU: 'ExpressJet',
  TW: 'TWA',
  TZ: 'ATA',
  UA: 'United',
  US: 'US Airways',
  VX: 'Virgin America',
  WN: 'Southwest',
  XE: 'ExpressJet',
  YV: 'Mesa',
  YX: 'Republic',
};

/** The name of a carrier, or its code where it has no name here. */
export function carrierName(code: string): string {
  return names[code] ?? code;
}

/** The rows of table `carriers`. */
export const carriers = Object.entries(names).map(([carrier, name]) => ({ carrier, name }));
