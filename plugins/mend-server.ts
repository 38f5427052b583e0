import { outliveConnections } from './broken-connections.js'
import { beginIdsAnywhere } from './fresh-ids.js'
import { freeEndedEvents } from './leak.js'
import { dropUnreadLines } from './quiet-debug.js'
import { type LoadedModules, prototypeOf } from './wrapped-class.js'

export interface Mending {
  /** A number from 1 to 2^31, never the same. */
  readonly random: () => number
  readonly say: (line: string) => void
}

/** Mends what is wrong with the plugin server (kong-pdk 0.6.0) that has loaded us. Says so where it is not the one we know. */
export function mendServer(modules: LoadedModules, { random, say }: Mending): void {
  const server = prototypeOf<'HandleEvent' | 'StartInstance' | 'step', object>(modules, '/kong-pdk/server.js', [
    'HandleEvent',
    'StartInstance',
    'step',
  ])
  const listener = prototypeOf<'serve', { readonly logger?: unknown }>(modules, '/kong-pdk/listener.js', ['serve'])
  if (!server || !listener) {
    say('not loaded by kong-pdk 0.6.0: what is wrong with that server is left as it is')
    return
  }
  freeEndedEvents(server)
  beginIdsAnywhere(server, random)
  outliveConnections(listener)
  const decoder = prototypeOf<'decode', unknown>(modules, '/@msgpack/msgpack/dist/Decoder.js', ['decode'], 'Decoder')
  if (decoder) dropUnreadLines(listener, decoder)
}
