import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const EU_SOUTH_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'es_dni',
    accepts: ['My DNI is «16492314A».', '{"DNI": "«00965816-T»"}'],
    rejects: ['My DNI is 60443376S.'],
  },
  {
    entity: 'es_nie',
    accepts: ['My NIE is «X8774350B».', '{"NIE": "«Z3500893E»"}'],
    rejects: ['My NIE is Z4480670D.'],
  },
  {
    entity: 'it_codice_fiscale',
    accepts: ['codice fiscale «RSSMRA85T10A562S»', 'CF: «rssmra85t10a562s»'],
    rejects: ['codice fiscale RSSMRA85T10A562T'],
  },
  {
    entity: 'it_partita_iva',
    accepts: ['My partita IVA is «19407340702».', '{"partita IVA": "«60958190773»"}'],
    rejects: ['My partita IVA is 77367272682.'],
  },
  {
    entity: 'pt_nif',
    accepts: ['My NIF do contribuinte is «246 544 449».', '{"NIF do contribuinte": "«113190247»"}'],
    rejects: ['My NIF do contribuinte is 941 191 913.'],
  },
  {
    entity: 'gr_amka',
    accepts: ['My AMKA is «01018029924».', '{"AMKA": "«01018071447»"}'],
    rejects: ['My AMKA is 01018006691.'],
  },
]
