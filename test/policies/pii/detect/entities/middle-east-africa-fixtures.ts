import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const MIDDLE_EAST_AFRICA_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'il_id',
    accepts: ['My Teudat Zehut is «812378867».', '{"Teudat Zehut": "«533913273»"}'],
    rejects: ['My Teudat Zehut is 453710326.'],
  },
  {
    entity: 'tr_kimlik',
    accepts: ['My TC Kimlik is «96960700210».', '{"TC Kimlik": "«50226649408»"}'],
    rejects: ['My TC Kimlik is 39357573136.'],
  },
  {
    entity: 'ae_emirates_id',
    accepts: ['Emirates ID «784-1980-1234567-8»', 'emirates id «784198012345678»'],
    rejects: ['Emirates ID 784-1980-1234567-9'],
  },
  { entity: 'sa_national_id', accepts: ['iqama «1012345672»', 'Absher: «1012345672»'], rejects: ['iqama 1012345673'] },
  {
    entity: 'za_id',
    accepts: ['My South African ID is «8001019224146».', '{"South African ID": "«8001013771159»"}'],
    rejects: ['My South African ID is 8001010424534.'],
  },
]
