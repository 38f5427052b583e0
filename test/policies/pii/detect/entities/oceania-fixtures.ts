import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const OCEANIA_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'au_tfn',
    accepts: ['My TFN is «749 157 030».', '{"TFN": "«317991497»"}'],
    rejects: ['My TFN is 311 652 159.'],
  },
  {
    entity: 'au_abn',
    accepts: ['My ABN is «25 579 715 064».', '{"ABN": "«30762722631»"}'],
    rejects: ['My ABN is 33 905 310 212.'],
  },
  {
    entity: 'au_acn',
    accepts: ['My ACN is «135 326 733».', '{"ACN": "«479358257»"}'],
    rejects: ['My ACN is 178 986 096.'],
  },
  {
    entity: 'au_medicare',
    accepts: ['Medicare card «2950 01238 1»', 'medicare: «4950123401»'],
    rejects: ['medicare: 4950123411'],
  },
  {
    entity: 'nz_ird',
    accepts: ['My IRD is «085-237-357».', '{"IRD": "«042-228-885»"}'],
    rejects: ['My IRD is 790-305-563.'],
  },
]
