import { createHmac } from 'node:crypto'
import { createPlaceholders, type Placeholders } from '../../../../policies/pii/placeholders/placeholders.js'

/** A digest as the policy makes it. */
export const digestOf =
  (tenant: string) =>
  (text: string): Uint8Array =>
    createHmac('sha256', 'a key for tests').update(`${tenant}\n${text}`).digest()

/** Placeholders of a tenant, as a request makes them. */
export const placeholdersOf = (tenant = 'acme'): Placeholders => createPlaceholders({ digest: digestOf(tenant) })
