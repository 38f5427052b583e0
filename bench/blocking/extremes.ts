import type { JsonObject, JsonValue } from '../../core/json.js'

/** The most that Envoy buffers and Tollgate takes unless it is told otherwise is 32 MiB. */
const LARGEST = 32 * 1024 * 1024 - 4096

const PROSE = 'The quick brown fox jumps over the lazy dog, and nobody minds. '

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i))

const user = (content: JsonValue): JsonObject => ({ messages: [{ role: 'user', content }] })

/** Requests as no client should send them, and some do. The model is put in front. */
export const EXTREMES: Readonly<Record<string, () => JsonObject>> = {
  'a short one': () => user('hi'),
  '1 MB of one letter': () => user('a'.repeat(1_000_000)),
  '1 MB of prose': () => user(PROSE.repeat(1_000_000 / PROSE.length)),
  '10,000 messages': () => ({
    messages: times(10_000, (index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: `message ${index}` })),
  }),
  '500 tools': () => ({ ...user('hi'), tools: times(500, tool) }),
  'a picture of 20 MB': () =>
    user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${picture(20_000_000)}` } }]),
  '100,000 parts': () => user(times(100_000, (index) => ({ type: 'text', text: `part ${index}` }))),
  '100,000 tool calls': () => ({
    messages: [
      { role: 'user', content: 'go' },
      { role: 'assistant', tool_calls: times(100_000, call) },
      { role: 'tool', tool_call_id: 'c0', content: 'done' },
    ],
  }),
  'a body of 32 MB': () => user(PROSE.repeat((LARGEST - 200) / PROSE.length)),
  '20 schemas of 5,000 properties': () => ({
    ...user('hi'),
    tools: times(20, (index) => ({ type: 'function', function: { name: `tool_${index}`, parameters: schema(5000) } })),
  }),
  '4,900 members that no API has': () => ({ ...user('hi'), ...names(4900) }),
  '100,000 members': () => ({ ...user('hi'), ...names(100_000) }),
  '100,000 members as text': () => user(JSON.stringify(names(100_000))),
  '20 MB of JSON as text': () => user(JSON.stringify(times(200, () => names(7000)))),
  'nested 120 deep': () => ({ ...user('hi'), metadata: { deep: nested(120), wide: times(50_000, () => [[[]]]) } }),
}

const tool = (index: number): JsonObject => ({
  type: 'function',
  function: { name: `tool_${index}`, description: PROSE.repeat(3), parameters: schema(20) },
})

const call = (index: number): JsonObject => ({
  id: `c${index}`,
  type: 'function',
  function: { name: 'look_up', arguments: '{"word":"fox"}' },
})

const names = (count: number): JsonObject => Object.fromEntries(times(count, (index) => [`x${index}`, index]))

const schema = (properties: number): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(times(properties, (index) => [`p${index}`, { type: 'string' }])),
})

const nested = (depth: number): JsonValue => (depth === 0 ? 1 : { in: nested(depth - 1) })

function picture(length: number): string {
  const bytes = new Uint8Array((length / 4) * 3)
  let state = 1
  for (let at = 0; at < bytes.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = state >>> 16
  }
  return Buffer.from(bytes).toString('base64')
}
