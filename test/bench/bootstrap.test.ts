import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { adjustBootstrap, GRACEFUL_CLOSE } from '../../bench/bootstrap.js'

const rendered = `layered_runtime:
  layers:
    - name: first
      rtds_layer: {}
    - name: second
      static_layer: { ${GRACEFUL_CLOSE}: true, other: 1 }
`

test('the graceful-close flag is kept or turned off, and nothing else in its layer changes', () => {
  const layer = (text: string) => parse(text).layered_runtime.layers[1].static_layer
  assert.deepEqual(layer(adjustBootstrap(rendered, 1234, 'on')), { [GRACEFUL_CLOSE]: true, other: 1 })
  assert.deepEqual(layer(adjustBootstrap(rendered, 1234, 'off')), { [GRACEFUL_CLOSE]: false, other: 1 })
})

test('the admin listener is on the port that the bench knows', () => {
  const { admin } = parse(adjustBootstrap(`admin: { address: {} }\n${rendered}`, 1234, 'on'))
  assert.equal(admin.address.socket_address.port_value, 1234)
})

test('a bootstrap that does not set the flag is refused', () => {
  assert.throws(() => adjustBootstrap('static_resources: {}', 1234, 'on'), /does not set/)
})
