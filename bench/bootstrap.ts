import { isMap, isSeq, parseDocument } from 'yaml'

/** What Envoy must be told so that Node's HTTP/2 server does not take finished streams for an attack. */
export const GRACEFUL_CLOSE = 'envoy.reloadable_features.ext_proc_graceful_grpc_close'

/** How the rendered flag is used: as it is, or turned off to see whether Tollgate survives without. */
export type GracefulClose = 'on' | 'off'

/**
 * A rendered bootstrap as the bench runs it: with an admin listener on `adminPort`, and with the graceful-close flag as
 * asked for. Throws when the rendered file does not set the flag.
 */
export function adjustBootstrap(text: string, adminPort: number, gracefulClose: GracefulClose): string {
  const document = parseDocument(text)
  document.setIn(['admin'], {
    address: { socket_address: { address: '127.0.0.1', port_value: adminPort } },
  })
  const layers = document.getIn(['layered_runtime', 'layers'])
  const index = isSeq(layers)
    ? layers.items.findIndex((layer) => isMap(layer) && layer.getIn(['static_layer', GRACEFUL_CLOSE]) === true)
    : -1
  if (index < 0) throw new Error(`the rendered bootstrap does not set ${GRACEFUL_CLOSE}`)
  document.setIn(['layered_runtime', 'layers', index, 'static_layer', GRACEFUL_CLOSE], gracefulClose === 'on')
  return document.toString()
}
