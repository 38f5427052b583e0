import { GatewayError } from './errors.js'
import { isObject, type JsonObject, type JsonValue } from './json.js'
import type { Overrides } from './overrides.js'

/** What the gateway established about a request before it handed it over: the content of an ingress context. */
export interface Caller {
  readonly consumer?: { readonly id?: string; readonly username?: string; readonly customId?: string }
  /** The id of the credential, never the credential. */
  readonly credential?: { readonly id?: string }
  readonly groups?: readonly string[]
  readonly route?: { readonly id?: string; readonly name?: string }
  readonly service?: { readonly id?: string; readonly name?: string }
  /** The client's IP address, where the gateway was told to say it. */
  readonly address?: string
  /** Claims of a token that the gateway has verified. */
  readonly claims?: JsonObject
  readonly overrides?: Overrides
}

/** What the gateway itself established stands below this name, where no token's claim is looked for. */
const OWN = 'kong.'

/**
 * Looks up what `identity.claims` names: `kong.consumer.username`, `kong.consumer.customId`, `kong.consumer.id`,
 * `kong.credential.id`, `kong.groups`, `kong.route.name`, `kong.service.name` and the like, else a claim of the verified token by
 * its dotted path. Text, numbers, booleans and lists of one of these are values; anything else is no claim.
 * Throws `GatewayError` on an integer that has been rounded: one subject must never be taken for another.
 */
export function claimIn(caller: Caller): (path: string) => string | undefined {
  const { claims, overrides: _, ...own } = caller
  return (path) => {
    const value = path.startsWith(OWN)
      ? valueAt(own as JsonObject, path.slice(OWN.length))
      : claims && valueAt(claims, path)
    return textOf(value, path)
  }
}

/** Names of claims may hold dots themselves (`https://example.com/team`), so the longest name that is there comes first. */
function valueAt(object: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(object, path)) return object[path]
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot)
    const outer = Object.hasOwn(object, name) ? object[name] : undefined
    const inner = isObject(outer) ? valueAt(outer, path.slice(dot + 1)) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}

function textOf(value: JsonValue | undefined, path: string): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      if (!Number.isInteger(value) || Number.isSafeInteger(value)) return String(value)
      throw new GatewayError(
        'malformed_request',
        `The claim '${path}' is a number too large to be exact; its issuer has to send it as text.`,
        { param: path },
      )
    case 'boolean':
      return String(value)
    default:
      return Array.isArray(value) && value.length === 1 && !Array.isArray(value[0]) ? textOf(value[0], path) : undefined
  }
}
