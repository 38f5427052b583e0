import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatEvent, Message } from '../../../core/chat.js'
import type { Dialect } from '../../../core/provider.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../../llm/dialects/bedrock-converse.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'
import { CLIENTS, nextRequest } from './next-turn.js'

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0'

/** Who answers, and is asked next: with the mark that the vocabulary has on what it signs; undefined for who signs nothing. */
const PROVIDERS: readonly { readonly dialect: Dialect; readonly model: string; readonly mark?: string }[] = [
  { dialect: openaiChat, model: 'gpt-4.1' },
  { dialect: openaiResponses, model: 'gpt-5', mark: 'openai-responses:' },
  { dialect: anthropicMessages, model: 'claude-sonnet-4-5', mark: '' },
  { dialect: bedrockConverse, model: CLAUDE, mark: '' },
  { dialect: gemini, model: 'gemini-3-pro-preview', mark: 'gemini:' },
]

interface Said {
  readonly thought: string
  readonly proof: string
  readonly hidden: string | undefined
  readonly text: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly city: string }[]
}

const word = (prefix: string) => fc.uuid().map((id) => `${prefix}${id.replaceAll('-', '')}`)
const said: fc.Arbitrary<Said> = fc.record({
  thought: word('thought'),
  proof: word('proof'),
  hidden: fc.option(word('hidden'), { nil: undefined }),
  text: word('text'),
  calls: fc.array(fc.record({ id: word('call'), name: fc.constantFrom('look', 'ask'), city: word('city') }), {
    maxLength: 3,
  }),
})

/** The answer of a provider: thinking, text and parallel calls. */
function eventsOf({ thought, proof, hidden, text, calls }: Said, mark: string | undefined): readonly ChatEvent[] {
  type Start = Extract<ChatEvent, { type: 'block-start' }>['start']
  const starts: [Start, string, string?][] = [
    [{ kind: 'reasoning' }, thought, mark === undefined ? undefined : mark + proof],
    ...(hidden === undefined || mark === undefined || mark === 'gemini:'
      ? []
      : [[{ kind: 'redacted-reasoning', data: mark + hidden }, ''] as [Start, string]]),
    [{ kind: 'text' }, text],
    ...calls.map(({ id, name, city }): [Start, string] => [
      ...([{ kind: 'tool-call', id, name, call: 'function' }, JSON.stringify({ city })] as [Start, string]),
    ]),
  ]
  return [
    { type: 'start', id: 'answer1', model: 'x', created: 1 },
    ...starts.flatMap(([start, content, signature], block): readonly ChatEvent[] => [
      { type: 'block-start', choice: 0, block, start },
      ...(content === '' ? [] : [{ type: 'delta', choice: 0, block, text: content } as const]),
      ...(signature === undefined ? [] : [{ type: 'signature', choice: 0, block, signature } as const]),
      { type: 'block-end', choice: 0, block },
    ]),
    { type: 'finish', choice: 0, reason: calls.length > 0 ? 'tool-calls' : 'stop', raw: '' },
    { type: 'end' },
  ]
}

/** The calls of a conversation with their results, as pairs. */
function answeredCalls(
  messages: readonly Message[],
): readonly (readonly [name: string, city: string, result: string])[] {
  const results = new Map(
    messages.flatMap((each) => (each.role === 'tool' ? [[each.callId, each.content] as const] : [])),
  )
  return messages.flatMap((message) =>
    message.role !== 'assistant'
      ? []
      : message.content.flatMap((part) => {
          if (part.type !== 'tool-call') return []
          const [result] = results.get(part.id) ?? []
          return [[part.name, JSON.parse(part.arguments).city, result?.type === 'text' ? result.text : ''] as const]
        }),
  )
}

const decodedBase64 = (text: string) =>
  [...text.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)].map(([, data]) =>
    Buffer.from(data ?? '', 'base64').toString('latin1'),
  )

for (const from of PROVIDERS) {
  for (const client of CLIENTS) {
    for (const to of PROVIDERS) {
      test(`an answer of ${from.dialect.name} to a client of ${client.dialect.name} goes on at ${to.dialect.name}`, () => {
        fc.assert(
          fc.property(said, (answer) => {
            const request = nextRequest(client, eventsOf(answer, from.mark), 'aW1hZ2U=')
            const { body, dropped } = to.dialect.encodeRequest({ ...request, model: to.model }, {})
            const wire = JSON.stringify(body)
            const written = wire + decodedBase64(wire).join(' ')
            const { messages } = to.dialect.decodeRequest(JSON.parse(wire), { model: to.model })
            assert.deepEqual(
              answeredCalls(messages),
              answer.calls.map(({ name, city }) => [name, city, 'done']),
            )
            assert.ok(wire.includes(answer.text) && wire.includes('aW1hZ2U='))
            const reported = dropped.some((path) => /messages|reasoning/.test(path))
            if (from.mark !== undefined && from.mark === to.mark) {
              assert.ok(written.includes(answer.proof), 'the signature comes back')
              if (answer.hidden !== undefined && from.mark !== 'gemini:') assert.ok(written.includes(answer.hidden))
            } else if (client.dialect !== to.dialect || to.dialect !== openaiChat) {
              // A server of Chat Completions that is asked in its own words may be a gateway, and know whose thinking it is.
              assert.ok(!written.includes(answer.proof), "another's signature is not sent")
              assert.ok(reported || written.includes(answer.thought), `thinking is lost: ${dropped}`)
            }
          }),
          { numRuns: 25 },
        )
      })
    }
  }
}
