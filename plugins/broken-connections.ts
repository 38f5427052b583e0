import { Server } from 'node:net'
import type { Methods } from './wrapped-class.js'

/**
 * Lets kong-pdk's `Listener` outlive its connections. Version 0.6.0 has no listener for their errors, so that one worker of Kong that
 * goes away while it waits for an answer (a reload, a timeout, a crash) ends the plugin server for all of them.
 */
export function outliveConnections<Self>(listener: Methods<'serve', Self>): void {
  const { serve } = listener
  listener.serve = function (...args) {
    const server = serve.apply(this, args)
    // The connection closes by itself; whoever held it asks again on another.
    if (server instanceof Server) server.on('connection', (socket) => socket.on('error', () => {}))
    return server
  }
}
