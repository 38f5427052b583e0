import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partialCalls } from './gemini-partial-args.js'

test('values at paths are put together, texts that go on are joined', () => {
  const calls = partialCalls([
    { name: 'lamp', willContinue: true },
    { partialArgs: [{ jsonPath: '$.room.name', stringValue: 'kit', willContinue: true }], willContinue: true },
    { partialArgs: [{ jsonPath: '$.room.name', stringValue: 'chen' }], willContinue: true },
    {
      partialArgs: [
        { jsonPath: '$.levels[1]', numberValue: 2 },
        { jsonPath: '$.on', boolValue: false },
      ],
    },
    { name: 'bell', args: { times: 3 } },
  ])
  assert.deepEqual(
    calls.map(({ name, arguments: text }) => [name, JSON.parse(text)]),
    [
      ['lamp', { room: { name: 'kitchen' }, levels: [null, 2], on: false }],
      ['bell', { times: 3 }],
    ],
  )
})
