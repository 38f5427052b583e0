import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const US_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'us_ssn',
    accepts: ['My SSN is «606-19-3936».', '{"SSN": "«812371551»"}'],
    rejects: ['SSN 000-12-3456', 'SSN: 078-05-1120', '123456789 bytes'],
  },
  { entity: 'us_itin', accepts: ['His ITIN: «912-71-4408»', 'itin=«900501234»'], rejects: ['His ITIN: 912-66-1234'] },
  {
    entity: 'us_ein',
    accepts: ['employer identification «46-3170925»', 'EIN: «12-3456789»'],
    rejects: ['EIN: 07-3456789'],
  },
  {
    entity: 'us_routing_number',
    accepts: ['routing number «011000015»', '{"aba": "«122105155»"}'],
    rejects: ['routing number 011000016'],
  },
  {
    entity: 'us_npi',
    accepts: ['NPI «1456789233»', 'National Provider Identifier: «1456789233»'],
    rejects: ['NPI 1456789234'],
  },
  { entity: 'us_dea', accepts: ['DEA number «AB1234563»', 'DEA «BJ6125341»'], rejects: ['DEA number AB1234564'] },
  {
    entity: 'us_mbi',
    accepts: ['Medicare number «1EG4-TE5-MK73»', 'MBI: «1EG4TE5MK73»'],
    rejects: ['MBI: 1EG4-TS5-MK73'],
  },
]
