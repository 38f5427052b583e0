import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const FINANCE_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'iban',
    accepts: [
      'IBAN «GB82 WEST 1234 5698 7654 32»',
      '«DE89370400440532013000»',
      'iban: «nl91abna0417164300»',
      'to «FR14-2004-1010-0505-0001-3M02-606»',
    ],
    rejects: ['GB82 WEST 1234 5698 7654 33', 'XX82WEST12345698765432'],
  },
  {
    entity: 'swift_bic',
    accepts: ['SWIFT code «DEUTDEFF»', 'BIC: «NEDSZAJJXXX»'],
    rejects: ['SWIFT code DEUTXQFF', 'the DOCUMENT is here'],
  },
  {
    entity: 'bank_account',
    accepts: ['account number «12345678»', 'Kontonummer: «0532013000»'],
    rejects: ['account opened in 2019, score 12345678'],
  },
  {
    entity: 'credit_card',
    accepts: [
      '«4111 1111 1111 1111»',
      'card: «5555555555554444»',
      'pay with «378282246310005» today',
      'Maestro «501800000009»',
      '«3530-1113-3330-0000»',
      '«2223003122003222»',
      'Visa card «4000000000000000006»',
      '{"cc":"«6011111111111117»"}',
      'card «4 1 1 1  1 1 1 1  1 1 1 1  1 1 1 1»',
    ],
    rejects: [
      '4111 1111 1111 1112',
      'epoch 1449193608897',
      '0.4111111111111111',
      'id 9111111111111111',
      '1234-4111-1111-1111-1111-9',
    ],
  },
  { entity: 'card_cvv', accepts: ['CVV «123»', 'security code: «0420»'], rejects: ['room 123'] },
  { entity: 'card_expiry', accepts: ['expires «04/29»', 'exp «11/2031»'], rejects: ['expires 14/29', 'ratio 04/29'] },
]
