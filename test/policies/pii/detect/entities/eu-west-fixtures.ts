import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const EU_WEST_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'de_steuer_id',
    accepts: ['My Steuer-ID is «45 317 982 901».', '{"Steuer-ID": "«98512063764»"}'],
    rejects: ['My Steuer-ID is 44 785 251 800.'],
  },
  {
    entity: 'de_id_card',
    accepts: ['Personalausweis «T220001293»', 'Ausweisnummer: «L01X00T471»'],
    rejects: ['Personalausweis T220001294'],
  },
  {
    entity: 'de_rvnr',
    accepts: ['Rentenversicherungsnummer «15 070649 C 103»', 'RVNR «15070649C103»'],
    rejects: ['RVNR 15070649C104'],
  },
  {
    entity: 'fr_nir',
    accepts: ['NIR «1 85 05 78 006 084 91»', 'numéro de sécu : «185057800608491»', 'insee «2 55 08 2A 168 025 97»'],
    rejects: ['NIR 185057800608492'],
  },
  {
    entity: 'nl_bsn',
    accepts: ['My BSN is «400597093».', '{"BSN": "«766135524»"}'],
    rejects: ['My BSN is 727180916.'],
  },
  {
    entity: 'be_national_number',
    accepts: ['My rijksregisternummer is «80.01.01-685.02».', '{"rijksregisternummer": "«80010127920»"}'],
    rejects: ['My rijksregisternummer is 80.01.01-308.97.'],
  },
  {
    entity: 'at_svnr',
    accepts: ['My SVNR is «3152 010180».', '{"SVNR": "«3945010180»"}'],
    rejects: ['My SVNR is 2724 010180.'],
  },
  {
    entity: 'ch_ahv',
    accepts: ['My AHV is «756.6614.5609.32».', '{"AHV": "«7560816237227»"}'],
    rejects: ['My AHV is 756.9334.5163.93.'],
  },
  {
    entity: 'ie_pps',
    accepts: ['My PPS number is «9883949D».', '{"PPS number": "«5130114K»"}'],
    rejects: ['My PPS number is 2798987H.'],
  },
  { entity: 'lu_matricule', accepts: ['matricule «1980022912377»'], rejects: ['matricule 1980022912387'] },
  { entity: 'eu_vat', accepts: ['VAT «DE123456789»', 'TVA «FR12345678901»'], rejects: ['VAT QQ123456789'] },
  { entity: 'hu_personal_id', accepts: ['személyi szám «1-850412-1234»'], rejects: ['személyi szám 1-851312-1234'] },
]
