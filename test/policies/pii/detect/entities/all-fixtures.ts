import { AMERICAS_FIXTURES } from './americas-fixtures.js'
import { ASIA_FIXTURES } from './asia-fixtures.js'
import { DOCUMENTS_FIXTURES } from './documents-fixtures.js'
import { EU_EAST_FIXTURES } from './eu-east-fixtures.js'
import { EU_NORTH_FIXTURES } from './eu-north-fixtures.js'
import { EU_SOUTH_FIXTURES } from './eu-south-fixtures.js'
import { EU_WEST_FIXTURES } from './eu-west-fixtures.js'
import { FINANCE_FIXTURES } from './finance-fixtures.js'
import type { EntityFixture } from './fixture.js'
import { INDIA_FIXTURES } from './india-fixtures.js'
import { MIDDLE_EAST_AFRICA_FIXTURES } from './middle-east-africa-fixtures.js'
import { NETWORK_FIXTURES } from './network-fixtures.js'
import { OCEANIA_FIXTURES } from './oceania-fixtures.js'
import { THINGS_FIXTURES } from './things-fixtures.js'
import { UK_FIXTURES } from './uk-fixtures.js'
import { US_FIXTURES } from './us-fixtures.js'
import { WALLETS_FIXTURES } from './wallets-fixtures.js'

export const ALL_FIXTURES: readonly EntityFixture[] = [
  ...AMERICAS_FIXTURES,
  ...ASIA_FIXTURES,
  ...DOCUMENTS_FIXTURES,
  ...EU_EAST_FIXTURES,
  ...EU_NORTH_FIXTURES,
  ...EU_SOUTH_FIXTURES,
  ...EU_WEST_FIXTURES,
  ...FINANCE_FIXTURES,
  ...INDIA_FIXTURES,
  ...MIDDLE_EAST_AFRICA_FIXTURES,
  ...NETWORK_FIXTURES,
  ...OCEANIA_FIXTURES,
  ...THINGS_FIXTURES,
  ...UK_FIXTURES,
  ...US_FIXTURES,
  ...WALLETS_FIXTURES,
]

/** A fixture's text without its marks. */
export function plainText(marked: string): string {
  return marked.replace(/[«»]/g, '')
}
