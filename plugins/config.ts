import { isObject, type JsonObject, type JsonValue } from '../core/json.js'
import type { Overrides } from '../core/overrides.js'
import { RELAY_UPSTREAM } from './names.js'

/** What one configured plugin does. `faulty` refuses every request: Kong must not go on without it. */
export type PluginConfig = IngressConfig | EgressConfig | { readonly kind: 'faulty'; readonly problem: string }

export interface IngressConfig {
  readonly kind: 'ingress'
  readonly secret: string
  /** Name of the relays' Kong upstream. */
  readonly relay: string
  /** The route that the plugin sits on, where it sits on one. */
  readonly routeId: string | undefined
  readonly claims: 'none' | 'jwt'
  readonly groups: 'none' | 'authenticated' | 'acl'
  readonly address: 'none' | 'client'
  readonly overrides: Overrides | undefined
}

export interface EgressConfig {
  readonly kind: 'egress'
  readonly secret: string
  /** Name of the provider's Kong upstream. */
  readonly upstream: string
}

/** Fewest characters of the shared secret. */
export const SHORTEST_SECRET = 32

/**
 * Reads what Kong hands to an instance: the configured members, null for those that are not set, and members of Kong's own. The
 * schema has been checked by Kong; what it cannot say, and what a reference came out as, is checked here.
 */
export function readConfig(given: unknown): PluginConfig {
  try {
    if (!isObject(given)) return faulty('no configuration has arrived')
    const secret = secretIn(given)
    return oneOf(given, 'role', ['ingress', 'egress']) === 'egress'
      ? { kind: 'egress', secret, upstream: required(given, 'upstream') }
      : ingress(given, secret)
  } catch (error) {
    if (error instanceof Fault) return faulty(error.message)
    throw error
  }
}

/** What is wrong with a configuration, in words that hold none of its secrets. */
class Fault extends Error {}

const faulty = (problem: string): PluginConfig => ({ kind: 'faulty', problem })

function ingress(given: JsonObject, secret: string): IngressConfig {
  return {
    kind: 'ingress',
    secret,
    relay: optional(given, 'relay') ?? RELAY_UPSTREAM,
    routeId: optional(given, 'route_id'),
    claims: oneOf(given, 'claims', ['none', 'jwt']),
    groups: oneOf(given, 'groups', ['none', 'authenticated', 'acl']),
    address: oneOf(given, 'address', ['none', 'client']),
    overrides: overrides(given),
  }
}

function secretIn(given: JsonObject): string {
  const secret = required(given, 'secret')
  // A reference that Kong did not resolve is text that everybody can guess.
  if (/^\{vault:\/\/.*\}$/.test(secret)) throw new Fault("'secret' is a reference that Kong has not resolved")
  if (secret.length < SHORTEST_SECRET) throw new Fault(`'secret' has fewer than ${SHORTEST_SECRET} characters`)
  return secret
}

function overrides(given: JsonObject): Overrides | undefined {
  const found: Overrides = {
    models: models(given['models']),
    policy: optional(given, 'policy'),
    tags: tags(given['tags']),
    strict: flag(given['strict']),
    guards: optional(given, 'guards'),
  }
  return Object.values(found).some((value) => value !== undefined) ? found : undefined
}

/** An empty list would be read as no restriction by some and as nothing allowed by others. */
function models(value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  // An empty list of Lua arrives as an empty object.
  if (!Array.isArray(value) || value.length === 0 || !value.every((name) => typeof name === 'string')) {
    throw new Fault("'models' is not a list of one or more names")
  }
  return value
}

function tags(value: JsonValue | undefined): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined
  const entries = isObject(value) ? Object.entries(value) : [['', undefined] as const]
  return Object.fromEntries(
    entries.map(([name, tag]) => {
      if (typeof tag !== 'string') throw new Fault("'tags' is not a map of texts")
      return [name, tag]
    }),
  )
}

function flag(value: JsonValue | undefined): true | undefined {
  if (value === true) return true
  if (value === undefined || value === null || value === false) return undefined
  throw new Fault("'strict' is neither true nor false")
}

function oneOf<T extends string>(given: JsonObject, name: string, words: readonly [T, ...T[]]): T {
  const value = given[name]
  const word = value === undefined || value === null ? words[0] : words.find((known) => known === value)
  if (word === undefined) throw new Fault(`'${name}' is none of ${words.join(', ')}`)
  return word
}

function required(given: JsonObject, name: string): string {
  const value = optional(given, name)
  if (value === undefined) throw new Fault(`'${name}' is not set`)
  return value
}

function optional(given: JsonObject, name: string): string | undefined {
  const value = given[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw new Fault(`'${name}' is not text`)
  return value
}
