import { createHash } from 'node:crypto'
import type { AnswerOptions } from '../core/delivery.js'
import { passThrough } from '../core/pass-through.js'
import type { Dialect } from '../core/provider.js'
import { tally } from '../core/tally.js'
import { translation } from '../core/translation.js'
import { openaiChat } from '../llm/dialects/openai-chat.js'
import { framings } from '../llm/framing/framings.js'
import { sse } from '../llm/framing/sse.js'
import { answerTransform } from '../policies/pii/answer/answer-transform.js'
import { createDetector } from '../policies/pii/detect/detector.js'
import { createPlaceholders } from '../policies/pii/placeholders/placeholders.js'
import { prose } from './prompt.js'

/** Chunks of one stream. */
export const CHUNKS = 400

/** What is done with a streamed answer of that many chunks. */
export interface ChunkWork {
  readonly name: string
  run(): void
}

/** The same stream passed on, translated, with placeholders restored, and with new values looked for besides. */
export function streaming(): readonly ChunkWork[] {
  const detector = createDetector({ secrets: true })
  const placeholders = createPlaceholders({ digest: (text) => createHash('sha256').update(text).digest() })
  placeholders.placeholderFor('email', 'jane.roe@acme-widgets.com')
  placeholders.placeholderFor('phone', '+1 415-555-2671')
  const restore = () => [answerTransform({ placeholders })]
  const scan = () => [answerTransform({ placeholders, scanning: { detector, treat: () => 'leave' } })]
  const { plainDelta: _, ...long } = openaiChat
  return [
    { name: 'passed on', run: () => drain(passThrough(optionsFor(openaiChat))) },
    { name: 'read and written again', run: () => drain(translation(optionsFor(openaiChat), [])) },
    { name: 'the same, all of its JSON read', run: () => drain(translation(optionsFor(long), [])) },
    { name: 'placeholders restored', run: () => drain(translation(optionsFor(openaiChat), restore())) },
    {
      name: 'the same, and new values and secrets masked',
      run: () => drain(translation(optionsFor(openaiChat), scan())),
    },
  ]
}

const REQUEST = { model: 'm', messages: [], tools: [], stream: true, includeUsage: false, n: 1 } as never

function optionsFor(dialect: Dialect): AnswerOptions {
  const clock = { now: () => 0, monotonic: () => 0 }
  const context = {
    requestId: 'r',
    dialect: openaiChat,
    asked: REQUEST,
    request: REQUEST,
    framings,
    outgoing: sse,
    clock,
  }
  const nothing = () => {}
  return {
    ...{ place: 'last', request: REQUEST, context: context as never, provider: { dialect } as never },
    ...{ incoming: sse, outgoing: sse, tally: tally() },
    host: { headers: () => ({}), commit: nothing, fail: nothing, over: nothing },
  }
}

const frame = (delta: object, finish: string | null) =>
  Buffer.from(
    `data: ${JSON.stringify({
      ...{ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'm' },
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      usage: null,
    })}\n\n`,
  )

const WORDS = prose(CHUNKS * 12, 7).match(/\s?[A-Za-z]+|[^A-Za-z]/g) ?? []
const STREAM = [
  frame({ role: 'assistant', content: '' }, null),
  ...WORDS.slice(0, CHUNKS).map((content) => frame({ content }, null)),
  frame({}, 'stop'),
  Buffer.from('data: [DONE]\n\n'),
]

function drain({ forward, body, unread }: ReturnType<typeof translation>): void {
  for (const chunk of STREAM) if (!forward(chunk)) body.push(chunk)
  body.end('complete')
  unread()
}
