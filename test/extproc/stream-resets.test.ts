import assert from 'node:assert/strict'
import { constants } from 'node:http2'
import { test } from 'node:test'
import type { Gateway } from '../../core/gateway.js'
import { startExtProc } from '../../extproc/server.js'
import { encodeRequest } from './schema.js'
import { connectTo, frameOf, openStream } from './wire.js'

const unasked = () => assert.fail('nobody asks for this')
const gateway: Gateway = {
  ...{ open: unasked, precheck: unasked, find: unasked, refuse: unasked, settled: unasked, close: unasked },
  openExchanges: 0,
}
const skip = process.versions.node.startsWith('20.') && 'Node 20 has no such option; Envoy resets nothing with its flag'

test('thousands of streams that are reset in a burst do not cost the connection', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const broken: unknown[] = []
  const server = await startExtProc({
    address: '127.0.0.1:0',
    gateway,
    unpack: unasked,
    unknownExchange: unasked,
    broken: (error) => broken.push(error),
  })
  const session = connectTo(server.address)
  t.after(() => {
    session.destroy()
    server.close()
  })
  const message = frameOf(encodeRequest({ responseTrailers: {} }))
  for (let burst = 0; burst < 30; burst++) {
    const open = Array.from({ length: 100 }, () => openStream(session))
    for (const { stream } of open) stream.write(message)
    await Promise.all(open.map(({ stream }) => new Promise((resolve) => stream.once('data', resolve))))
    for (const { stream } of open) stream.close(constants.NGHTTP2_CANCEL)
    await Promise.all(open.map(({ closed }) => closed))
  }
  const last = openStream(session)
  last.stream.end(message)
  await last.closed
  assert.equal(last.trailers['grpc-status'], '0')
  assert.deepEqual(broken, [])
})
