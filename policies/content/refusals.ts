import { GatewayError } from '../../core/errors.js'

/** For a body that can be read in two ways. */
export function ambiguous(): GatewayError {
  return new GatewayError('malformed_request', 'An object of the request body has a name more than once.')
}

/** For a request with something at `param` that the policy of this name cannot read. */
export function unreadable(name: string, param: string): GatewayError {
  const message = `The guardrail '${name}' cannot read '${param}', and blocks what it cannot read.`
  return new GatewayError('guardrail_blocked', message, { param })
}
