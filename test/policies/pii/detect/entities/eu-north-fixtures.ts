import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const EU_NORTH_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'lv_personas_kods',
    accepts: ['personas kods «161175-19997»', 'personas kods: «320010-10003»'],
    rejects: ['personas kods 169975-19997'],
  },
  {
    entity: 'se_personnummer',
    accepts: ['My personnummer is «800101-5307».', '{"personnummer": "«8001017337»"}'],
    rejects: ['My personnummer is 800101-7517.'],
  },
  {
    entity: 'fi_hetu',
    accepts: ['henkilötunnus «131052-308T»', 'hetu: «010594Y9032»', 'HETU «020504A902E»'],
    rejects: ['hetu: 131052-308U'],
  },
  { entity: 'dk_cpr', accepts: ['CPR «070761-4285»', 'cpr: «0707614285»'], rejects: ['CPR 079961-4285'] },
  {
    entity: 'no_fodselsnummer',
    accepts: ['My fødselsnummer is «010180 59491».', '{"fødselsnummer": "«01018047337»"}'],
    rejects: ['My fødselsnummer is 010180 53369.'],
  },
  {
    entity: 'is_kennitala',
    accepts: ['My kennitala is «010180-0669».', '{"kennitala": "«0101801550»"}'],
    rejects: ['My kennitala is 010180-8979.'],
  },
  {
    entity: 'ee_isikukood',
    accepts: ['My isikukood is «38001016514».', '{"isikukood": "«38001019157»"}'],
    rejects: ['My isikukood is 38001017363.'],
  },
]
