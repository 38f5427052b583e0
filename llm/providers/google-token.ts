import { GatewayError } from '../../core/errors.js'
import type { Provider } from '../../core/provider.js'
import { then } from '../../core/transform.js'

/** Signs with a bearer token of a Google account, else with an API key (Vertex AI's express mode). */
export const signWithGoogleToken: Provider['sign'] = (wire, { token, apiKey }) => {
  if (token === undefined) {
    return apiKey === undefined ? wire : { ...wire, headers: { ...wire.headers, 'x-goog-api-key': apiKey } }
  }
  return then(token(), (bearer) => {
    // A token with a line break in it would begin another header.
    if (!/^[\x21-\x7e]+$/.test(bearer)) throw new GatewayError('internal_error', 'the access token cannot be sent')
    return { ...wire, headers: { ...wire.headers, authorization: `Bearer ${bearer}` } }
  })
}
