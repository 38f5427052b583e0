import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { projectRoot } from '../../../cli/project-root.js'
import type { ChatEvent } from '../../../core/chat.js'
import type { Framing } from '../../../core/framing.js'
import type { Dialect } from '../../../core/provider.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../../llm/dialects/bedrock-converse.js'
import { cohereChat } from '../../../llm/dialects/cohere-chat.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'
import { awsEventStream } from '../../../llm/framing/aws-eventstream.js'
import { sse } from '../../../llm/framing/sse.js'
import { wholeBody } from '../../../llm/framing/whole-body.js'
import { chatRequestOf } from '../../support/chat-request.js'
import { eventStreamBytes } from './bedrock-converse/fixtures.js'

/**
 * Every recorded answer among the fixtures, decoded and encoded to each client dialect, as a stream and as a body, against
 * committed files. `UPDATE_GOLDEN=1 npm test golden` writes them anew; the difference is then read like code.
 */

const FIXTURES = join(projectRoot(), 'test', 'fixtures')
const GOLDEN = join(FIXTURES, 'golden')
const DIALECTS: readonly Dialect[] = [
  openaiChat,
  anthropicMessages,
  openaiResponses,
  bedrockConverse,
  gemini,
  cohereChat,
]
const FORMS = [
  ['stream', sse],
  ['body', wholeBody],
] as const

interface Recorded {
  readonly name: string
  readonly dialect: Dialect
  readonly framing: Framing
  readonly bytes: Uint8Array
}

function recorded(): readonly Recorded[] {
  const own = DIALECTS.flatMap((dialect) =>
    readdirSync(join(FIXTURES, dialect.name))
      .filter((file) => !file.startsWith('request'))
      .map((file) => ({
        name: `${dialect.name}-${basename(file)}`,
        dialect,
        ...inBytes(file, readFileSync(join(FIXTURES, dialect.name, file))),
      })),
  )
  const exchanges = join(FIXTURES, 'recordings', 'right')
  const replayed = readdirSync(exchanges).flatMap((file) => {
    const { api, response } = JSON.parse(readFileSync(join(exchanges, file), 'utf8'))
    const dialect = api === 'messages' ? anthropicMessages : api === 'chat.completions' ? openaiChat : undefined
    if (!dialect || response.status >= 400) return []
    const framing = response.framing === 'sse' ? sse : wholeBody
    return [{ name: `recording-${basename(file, '.json')}`, dialect, framing, bytes: Buffer.from(response.body_text) }]
  })
  return [...own, ...replayed]
}

/** A fixture as it came; the events of a binary stream are written as text. */
function inBytes(file: string, bytes: Uint8Array): Pick<Recorded, 'framing' | 'bytes'> {
  if (file.endsWith('.eventstream')) return { framing: awsEventStream, bytes: eventStreamBytes(bytes) }
  return { framing: file.endsWith('.sse') ? sse : wholeBody, bytes }
}

/** What a client of `to` gets when the provider's bytes arrive in these pieces. */
function passThrough(
  { dialect, framing }: Recorded,
  pieces: readonly Uint8Array[],
  to: Dialect,
  form: Framing,
): string {
  const frames = framing.decode()
  const decoder = dialect.decodeEvents()
  const encoder = to.encodeEvents({ ...REQUEST, stream: form === sse })
  const out: Uint8Array[] = []
  const encode = (events: readonly ChatEvent[]) => {
    for (const event of events) {
      const made = event.type === 'start' ? { created: 1_700_000_000, ...event } : event
      for (const frame of encoder.push(made)) out.push(form.encode(frame))
    }
  }
  for (const piece of pieces) for (const frame of frames.push(piece)) encode(decoder.push(frame))
  for (const frame of frames.end('complete')) encode(decoder.push(frame))
  encode(decoder.end('complete'))
  for (const frame of encoder.end('complete')) out.push(form.encode(frame))
  return Buffer.concat(out).toString()
}

const REQUEST = chatRequestOf({ includeUsage: true })

const RECORDED = recorded()

test('there are recorded answers of every dialect, streamed and not', () => {
  for (const dialect of DIALECTS) {
    const framings = new Set(RECORDED.filter((one) => one.dialect === dialect).map(({ framing }) => framing))
    assert.ok(framings.size === 2 && framings.has(wholeBody), dialect.name)
  }
})

for (const one of RECORDED) {
  for (const to of DIALECTS) {
    for (const [form, framing] of FORMS) {
      const file = join(GOLDEN, `${one.name}.${to.name}.${form}.txt`)

      test(`${one.name} for a client of ${to.name}, as a ${form}, is the golden file`, () => {
        const made = passThrough(one, [one.bytes], to, framing)
        if (process.env['UPDATE_GOLDEN']) {
          mkdirSync(GOLDEN, { recursive: true })
          writeFileSync(file, made)
        }
        assert.ok(existsSync(file), `${file} is missing: run with UPDATE_GOLDEN=1`)
        assert.equal(made, readFileSync(file, 'utf8'))
      })

      test(`${one.name} for ${to.name}, as a ${form}, is the same wherever it is cut`, () => {
        const whole = passThrough(one, [one.bytes], to, framing)
        const everyByte = Array.from(one.bytes, (_, at) => one.bytes.subarray(at, at + 1))
        assert.equal(passThrough(one, everyByte, to, framing), whole)
        const places = fc.uniqueArray(fc.integer({ min: 1, max: one.bytes.length - 1 }), { maxLength: 8 })
        fc.assert(
          fc.property(places, (cuts) => {
            const at = [0, ...cuts.sort((a, b) => a - b), one.bytes.length]
            const pieces = at.slice(1).map((end, index) => one.bytes.subarray(at[index], end))
            assert.equal(passThrough(one, pieces, to, framing), whole)
          }),
          { numRuns: 25 },
        )
      })
    }
  }
}
