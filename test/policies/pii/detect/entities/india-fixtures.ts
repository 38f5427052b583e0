import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const INDIA_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'in_aadhaar',
    accepts: ['My Aadhaar is «7889 0668 0663».', '{"Aadhaar": "«869428300989»"}'],
    rejects: ['My Aadhaar is 6137 5353 8556.'],
  },
  { entity: 'in_pan', accepts: ['PAN «BQTPM3081K»', 'pan card: «bqtpm3081k»'], rejects: ['PAN BQTZM3081K'] },
  {
    entity: 'in_gstin',
    accepts: ['My GSTIN is «27AAPFU0434F1Z5».', '{"GSTIN": "«27AAPFU0438F1Z1»"}'],
    rejects: ['My GSTIN is 27AAPFU0639F1ZK.'],
  },
  {
    entity: 'in_voter_id',
    accepts: ['voter ID «ABC1234567»', 'EPIC: «XYZ7654321»'],
    rejects: ['the part ABC1234567 is in stock'],
  },
  { entity: 'in_ifsc', accepts: ['IFSC «HDFC0001234»', 'ifsc code: «SBIN0012345»'], rejects: ['IFSC HDFC1001234'] },
  {
    entity: 'in_upi_id',
    accepts: ['UPI «ravi.kumar@okaxis» please', 'pay to «9876543210@ybl»'],
    rejects: ['pay to ravi@somewhere'],
  },
]
