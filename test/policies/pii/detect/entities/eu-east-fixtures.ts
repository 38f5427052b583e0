import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const EU_EAST_FIXTURES: readonly EntityFixture[] = [
  { entity: 'ru_snils', accepts: ['СНИЛС «112-233-445 95»', 'snils: «11223344595»'], rejects: ['snils: 11223344596'] },
  {
    entity: 'pl_pesel',
    accepts: ['My PESEL is «80010166189».', '{"PESEL": "«80010143258»"}'],
    rejects: ['My PESEL is 80010158600.'],
  },
  {
    entity: 'pl_nip',
    accepts: ['My NIP is «091-621-61-46».', '{"NIP": "«3380996383»"}'],
    rejects: ['My NIP is 886-927-30-67.'],
  },
  {
    entity: 'cz_rodne_cislo',
    accepts: ['My rodné číslo is «800101/3878».', '{"rodné číslo": "«8001019830»"}'],
    rejects: ['My rodné číslo is 800101/2517.'],
  },
  {
    entity: 'ro_cnp',
    accepts: ['My CNP is «1800101124989».', '{"CNP": "«1800101128951»"}'],
    rejects: ['My CNP is 1800101128622.'],
  },
  {
    entity: 'bg_egn',
    accepts: ['My ЕГН is «8001013619».', '{"ЕГН": "«8001019920»"}'],
    rejects: ['My ЕГН is 8001013322.'],
  },
  {
    entity: 'hr_oib',
    accepts: ['My OIB is «69542402167».', '{"OIB": "«39100571528»"}'],
    rejects: ['My OIB is 10669323768.'],
  },
  {
    entity: 'si_emso',
    accepts: ['My EMŠO is «0101980500188».', '{"EMŠO": "«0101080500735»"}'],
    rejects: ['My EMŠO is 0101480500554.'],
  },
]
