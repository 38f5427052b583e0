import { GatewayError } from '../../core/errors.js'

/**
 * A name as one segment of a path (RFC 3986). Throws `model_not_found` for `.` and `..`, which proxies resolve however they
 * are escaped, and for text that has no UTF-8.
 */
export function pathSegment(name: string): string {
  if (/^\.{0,2}$/.test(name)) throw unusable()
  try {
    return encodeURIComponent(name)
  } catch (cause) {
    throw unusable(cause)
  }
}

function unusable(cause?: unknown): GatewayError {
  return new GatewayError('model_not_found', "the model's name cannot stand in a path", { cause })
}
