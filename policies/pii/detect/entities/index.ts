import type { Entity } from '../entity.js'
import { AMERICAS } from './americas.js'
import { ASIA } from './asia.js'
import { BANK } from './bank.js'
import { CARDS } from './cards.js'
import { DOCUMENTS } from './documents.js'
import { EU_EAST } from './eu-east.js'
import { EU_NORTH } from './eu-north.js'
import { EU_SOUTH } from './eu-south.js'
import { EU_WEST } from './eu-west.js'
import { INDIA } from './india.js'
import { MIDDLE_EAST_AFRICA } from './middle-east-africa.js'
import { NETWORK } from './network.js'
import { OCEANIA } from './oceania.js'
import { THINGS } from './things.js'
import { UK } from './uk.js'
import { US } from './us.js'
import { WALLETS } from './wallets.js'
import { WORDS } from './words.js'

/** Every built-in entity. Of two that fit the same characters equally well the earlier one is reported. */
export const ENTITIES: readonly Entity[] = [
  ...CARDS,
  ...BANK,
  ...NETWORK,
  ...US,
  ...UK,
  ...AMERICAS,
  ...INDIA,
  ...OCEANIA,
  ...ASIA,
  ...MIDDLE_EAST_AFRICA,
  ...EU_WEST,
  ...EU_NORTH,
  ...EU_SOUTH,
  ...EU_EAST,
  ...WALLETS,
  ...DOCUMENTS,
  ...THINGS,
  ...WORDS,
]
