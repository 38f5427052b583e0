import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const ASIA_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'cn_resident_id',
    accepts: ['My resident ID is «110105194912315867».', '{"resident ID": "«110105194912315963»"}'],
    rejects: ['My resident ID is 110105194912316588.'],
  },
  {
    entity: 'kr_rrn',
    accepts: ['RRN «800101-8006181»', '주민등록번호 «800101-1234567»'],
    rejects: ['RRN 801301-1234567'],
  },
  {
    entity: 'jp_my_number',
    accepts: ['My Number «1234 5678 9018»', 'マイナンバー「«123456789018»」'],
    rejects: ['My Number 123456789019'],
  },
  { entity: 'sg_nric', accepts: ['NRIC «S1234567D»', 'FIN: «G1234567X»', '«M1234567K»'], rejects: ['NRIC S1234567A'] },
  { entity: 'hk_hkid', accepts: ['HKID «A123456(3)»', 'hkid «A1234563»'], rejects: ['HKID A123456(4)'] },
  { entity: 'tw_id', accepts: ['national ID «A123456789» in Taiwan'], rejects: ['national ID A123456788'] },
  {
    entity: 'th_id',
    accepts: ['My Thai national ID is «6-8141-44607-45-5».', '{"Thai national ID": "«5-7551-75414-32-6»"}'],
    rejects: ['My Thai national ID is 9-9940-19513-52-4.'],
  },
  {
    entity: 'my_nric',
    accepts: ['MyKad «900101-14-5678»', 'nric: «880229-05-1234»'],
    rejects: ['MyKad 901301-14-5678', 'MyKad 900101-70-5678'],
  },
  {
    entity: 'id_nik',
    accepts: ['NIK «3273014509900001»', 'KTP: «3171012304850002»'],
    rejects: ['NIK 3273019913900001'],
  },
]
