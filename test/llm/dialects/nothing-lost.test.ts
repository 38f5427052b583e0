import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Dialect } from '../../../core/provider.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../../llm/dialects/bedrock-converse.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'
import { type MarkedRequest, markedRequest } from './marked-request.js'

const TARGETS: readonly (readonly [dialect: Dialect, ...models: readonly string[]])[] = [
  [openaiChat, 'gpt-4.1'],
  [openaiResponses, 'gpt-5'],
  [anthropicMessages, 'claude-3-haiku-20240307', 'claude-sonnet-4-5', 'claude-opus-4-8'],
  [gemini, 'gemini-2.0-flash', 'gemini-2.5-pro', 'gemini-3-pro-preview'],
  [bedrockConverse, 'amazon.nova-pro-v1:0', 'us.amazon.nova-2-lite-v1:0', 'meta.llama3-1-70b-instruct-v1:0'],
  [
    bedrockConverse,
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
    'mistral.mistral-large-2402-v1:0',
    'openai.gpt-oss-120b-1:0',
  ],
]

/** The marks that are neither in the body nor reported. */
function silent({ request, marks }: MarkedRequest, dialect: Dialect, model: string): readonly string[] {
  const { body, dropped, emulated = [] } = dialect.encodeRequest({ ...request, model }, {})
  // Tools that cannot be called may be left out; a schema that became a tool is called instead of them.
  const uncalled = request.toolChoice?.mode === 'none' || request.toolChoice?.mode === 'named'
  const written = withDecoded(JSON.stringify(body))
  return marks.flatMap(({ found, reported }) => {
    const there = typeof found === 'string' ? written.includes(found) : found.test(written)
    const said = [...dropped, ...emulated].some((path) => reported.test(path))
    return there || said || (uncalled && /tool|strict/.test(reported.source))
      ? []
      : [`${String(found)} (${String(reported)}) of ${JSON.stringify(dropped)}`]
  })
}

/** The body's text, and what stands in it as base64. */
const withDecoded = (text: string): string =>
  text +
  [...text.matchAll(/"([A-Za-z0-9+/]{4,}={0,2})"/g)]
    .map(([, data]) => Buffer.from(data ?? '', 'base64').toString('latin1'))
    .join(' ')

for (const [dialect, ...models] of TARGETS) {
  for (const model of models) {
    test(`whatever is not in a request to ${dialect.name} for ${model} is reported`, () => {
      fc.assert(
        fc.property(markedRequest, (marked) => {
          const lost = silent(marked, dialect, model)
          assert.equal(lost.length, 0, lost.join('\n'))
        }),
        { numRuns: 300 },
      )
    })
  }
}
