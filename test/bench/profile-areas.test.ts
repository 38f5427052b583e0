import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areaOf, costsBetween } from '../../bench/profile-areas.js'

const at = (url: string, functionName = 'f') => areaOf({ functionName, url })

test('an area is a directory of ours, a package, a part of Node, or of V8', () => {
  assert.equal(at('file:///x/dist/core/gateway.js'), 'core')
  assert.equal(at('file:///x/dist/policies/pii/detect/scan.js'), 'policies/pii')
  assert.equal(at('file:///x/node_modules/@grpc/grpc-js/build/src/server.js'), '@grpc/grpc-js')
  assert.equal(at('file:///x/node_modules/a/node_modules/pino/pino.js'), 'pino')
  assert.equal(at('node:internal/http2/core'), 'node:http2')
  assert.equal(at('node:events'), 'node:events')
  assert.equal(at('', '(garbage collector)'), '(garbage collector)')
  assert.equal(at('', 'stringify'), 'built into V8')
})

test('self times are added up between two moments, without idle ones', () => {
  const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 })
  const profile = {
    startTime: 1000,
    nodes: [
      { id: 1, callFrame: frame('(idle)', '') },
      { id: 2, callFrame: frame('open', 'file:///x/dist/core/gateway.js') },
      { id: 3, callFrame: frame('', 'file:///x/dist/core/pass.js') },
    ],
    // At 1000, 1010, 1030, 1060 and 1100.
    samples: [2, 2, 1, 3, 2],
    timeDeltas: [0, 10, 20, 30, 40],
  }
  const { busyMicros, areas, functions } = costsBetween(profile, 1010, 1100)
  assert.equal(busyMicros, 60)
  assert.deepEqual(areas, [{ name: 'core', micros: 60 }])
  assert.deepEqual(functions, [
    { name: '(anonymous) core/pass.js:10', micros: 40 },
    { name: 'open core/gateway.js:10', micros: 20 },
  ])
})
