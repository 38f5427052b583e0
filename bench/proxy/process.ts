/**
 * FROZEN, as `proxy.ts` is. `node process.js bare|parsing PORT` listens on a free port of 127.0.0.1, prints `listening PORT`
 * and proxies to the port that it was given.
 */
import { createProxy } from './proxy.js'

const [form, port] = process.argv.slice(2)
if (form !== 'bare' && form !== 'parsing') throw new Error('usage: process.js bare|parsing PORT')

const server = createProxy(form, Number(port))
server.keepAliveTimeout = 75_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(`listening ${typeof address === 'object' && address !== null ? address.port : 0}`)
})
process.on('SIGTERM', () => process.exit())
