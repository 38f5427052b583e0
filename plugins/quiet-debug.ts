import { isObject } from '../core/json.js'
import type { Methods } from './wrapped-class.js'

/**
 * Spares kong-pdk's `Listener` a debug line that nobody reads. Version 0.6.0 writes every message out as JSON before it asks whether
 * that is wanted: a tenth of what an access phase costs. Where debug lines are on, and for a logger that does not tell, nothing
 * changes. `decoder` is what the listener reads messages with: `[0, ID, METHOD, ARGUMENTS]` of MessagePack-RPC.
 */
export function dropUnreadLines(
  listener: Methods<'serve', { readonly logger?: unknown }>,
  decoder: Methods<'decode', unknown>,
): void {
  const { serve } = listener
  listener.serve = function (...args) {
    if (isSilent(this.logger)) writeArgumentsAsNothing(decoder)
    return serve.apply(this, args)
  }
}

function isSilent(logger: unknown): boolean {
  if (!isObject(logger)) return false
  const { isAllowedLevel } = logger as { readonly isAllowedLevel?: unknown }
  return typeof isAllowedLevel === 'function' && isAllowedLevel.call(logger, 'debug') === false
}

/** Only JSON looks at `toJSON`; the arguments themselves stay as they came. */
function writeArgumentsAsNothing(decoder: Methods<'decode', unknown>): void {
  const { decode } = decoder
  decoder.decode = function (...args) {
    const message = decode.apply(this, args)
    if (Array.isArray(message)) {
      const [kind, , method, given]: readonly unknown[] = message
      const isOurs = kind === 0 && typeof method === 'string' && method.startsWith('plugin.')
      if (isOurs && Array.isArray(given)) Object.assign(given, NOTHING)
    }
    return message
  }
}

const NOTHING = { toJSON: () => null }
