import { mod97 } from '../checks/iso7064.js'
import { type Entity, type Form, forms } from '../entity.js'

/** Lengths by country: SWIFT IBAN Registry, release 100, and the countries that use IBANs without being in it. */
const LENGTH_BY_COUNTRY: ReadonlyMap<string, number> = new Map(
  Object.entries({
    15: 'NO',
    16: 'BE',
    18: 'DK FI FK FO GL NL SD',
    19: 'MK SI',
    20: 'AT BA EE KZ LT LU MN XK',
    21: 'CH HR LI LV',
    22: 'BG BH CR DE GB GE IE ME RS VA',
    23: 'AE GI IL IQ OM SO TL',
    24: 'AD CZ ES MD PK RO SA SE SK TN VG',
    25: 'LY PT ST AO CV GW MZ',
    26: 'IS TR DZ IR',
    27: 'BI DJ FR GR IT MC MR SM CF CG CM GA GQ KM MG TD',
    28: 'AL AZ BY CY DO GT HN HU LB NI PL SV BF BJ CI MA ML NE SN TG',
    29: 'BR EG PS QA UA',
    30: 'JO KW MU YE',
    31: 'MT SC',
    32: 'LC',
    33: 'RU',
  }).flatMap(([length, countries]) => countries.split(' ').map((country) => [country, Number(length)] as const)),
)

/** ISO 13616: the country's length, and ISO 7064 MOD 97-10 with the first four characters moved to the end. */
function isIban(iban: string): boolean {
  return LENGTH_BY_COUNTRY.get(iban.slice(0, 2)) === iban.length && mod97(iban.slice(4) + iban.slice(0, 4))
}

const LENGTHS = [...new Set(LENGTH_BY_COUNTRY.values())]

/** In one piece, in groups of four, and with the separators of print. */
function ibanForms(): readonly Form[] {
  const joined = LENGTHS.map((length) => `AA99${'X'.repeat(length - 4)}`)
  const grouped = (separator: string): readonly string[] =>
    joined.map((form) => form.replace(/.{4}(?=.)/g, (group) => group + separator))
  return forms(0.95, ...joined, ...grouped(' '), ...grouped('-'))
}

const COUNTRY_CODES = new Set(
  (
    'AD AE AF AG AI AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN ' +
    'CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FR GA GB GE GH GI GM GN GR GT GY HK HN HR HT HU ID IE IL ' +
    'IN IQ IR IS IT JM JO JP KE KG KH KR KW KY KZ LA LB LI LK LR LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU MV ' +
    'MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PG PH PK PL PR PT PY QA RO RS RU RW SA SC SD SE SG SI SK SL SM SN SR ' +
    'SV SY TG TH TJ TM TN TR TT TW TZ UA UG US UY UZ VA VE VG VN XK YE ZA ZM ZW'
  ).split(' '),
)

/** ISO 9362: institution, country, place, and a branch or none; capitals. */
function isBic(compact: string, raw: string): boolean {
  return raw === compact && /^[A-Z]{6}[A-Z\d]{2}(?:[A-Z\d]{3})?$/.test(raw) && COUNTRY_CODES.has(raw.slice(4, 6))
}

export const BANK: readonly Entity[] = [
  {
    name: 'iban',
    pack: 'global',
    labels: ['iban', 'ibans'],
    forms: ibanForms(),
    check: isIban,
    value: { minDigits: 8, minLength: 14, maxLength: 34 },
  },
  {
    name: 'swift_bic',
    pack: 'global',
    labels: ['swift', 'bic', 'swift code', 'bic code'],
    value: { minDigits: 0, minLength: 8, maxLength: 11, check: isBic },
  },
  {
    name: 'bank_account',
    pack: 'global',
    labels: [
      'account number',
      'account no',
      'account nr',
      'acct',
      'acct number',
      'bank account',
      'checking account',
      'savings account',
      'kontonummer',
      'numero de cuenta',
      'numero de compte',
      'account',
      'account id',
      'acc no',
      'acc number',
    ],
    value: { minDigits: 6, minLength: 6, maxLength: 24 },
  },
]
