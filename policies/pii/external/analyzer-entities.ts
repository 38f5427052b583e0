/** Presidio's names of what we call otherwise; all other names are ours in upper case. */
const OURS: Readonly<Record<string, string>> = {
  PER: 'person',
  GPE: 'location',
  LOC: 'location',
  ORG: 'organization',
  ADDRESS: 'postal_address',
  STREET_ADDRESS: 'postal_address',
  EMAIL_ADDRESS: 'email',
  PHONE_NUMBER: 'phone',
  IBAN_CODE: 'iban',
  CRYPTO: 'bitcoin_address',
  US_BANK_NUMBER: 'bank_account',
  US_DRIVER_LICENSE: 'driver_license',
  US_PASSPORT: 'passport',
  UK_PASSPORT: 'passport',
  IN_PASSPORT: 'passport',
  ES_NIF: 'es_dni',
  IT_FISCAL_CODE: 'it_codice_fiscale',
  IT_VAT_CODE: 'it_partita_iva',
  SG_NRIC_FIN: 'sg_nric',
  FI_PERSONAL_IDENTITY_CODE: 'fi_hetu',
}

/** What an entity of Presidio's (https://microsoft.github.io/presidio/supported_entities/) is called here. */
export function ourEntity(theirs: string): string {
  return OURS[theirs] ?? theirs.toLowerCase()
}
