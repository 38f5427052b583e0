import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const UK_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'uk_nhs',
    accepts: ['My NHS number is «394 773 9362».', '{"NHS number": "«923 723 2381»"}'],
    rejects: ['My NHS number is 486 869 9132.'],
  },
  {
    entity: 'uk_nino',
    accepts: ['NI number «AB 12 34 56 C»', 'nino: «JG103759A»'],
    rejects: ['nino: BG103759A', 'nino: QQ 12 34 56 C'],
  },
  {
    entity: 'uk_utr',
    accepts: ['My UTR is «2362674997».', '{"UTR": "«6213326115»"}'],
    rejects: ['My UTR is 5470715178.'],
  },
  {
    entity: 'uk_driving_licence',
    accepts: ['driving licence «MORGA753116SM9IJ»', 'DVLA: «SMITH 802139 JA9AB»'],
    rejects: ['driving licence MORGA793996SM9IJ'],
  },
  {
    entity: 'uk_sort_code',
    accepts: ['sort code «20-00-00»', 'Sort code: «60 16 13»'],
    rejects: ['the score was 20-00-00'],
  },
]
