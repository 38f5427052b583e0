import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest, Message, Part } from '../../../core/chat.js'
import type { Dialect } from '../../../core/provider.js'
import { AT_ONCE } from '../../../core/turns.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../../llm/dialects/bedrock-converse.js'
import { cohereChat } from '../../../llm/dialects/cohere-chat.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { openaiCompletions } from '../../../llm/dialects/openai-completions.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'
import { extrasOf } from '../../support/chat-request.js'

/** The dialects that write in steps, each with a model that takes all that is asked for below. */
const WRITERS: readonly (readonly [Dialect, string])[] = [
  [anthropicMessages, 'claude-opus-4-8'],
  [bedrockConverse, 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
  [cohereChat, 'command-a-03-2025'],
  [openaiChat, 'gpt-4o'],
  [openaiResponses, 'gpt-5'],
  [openaiCompletions, 'gpt-3.5-turbo-instruct'],
  [gemini, 'gemini-3-pro'],
  [gemini, 'gemini-2.5-flash'],
]

const MANY = 20_000

const times = <T>(make: (index: number) => T): readonly T[] => Array.from({ length: MANY }, (_, i) => make(i))
const text = (index: number): Part => ({ type: 'text', text: `part ${index}` })
const calls = (id: (index: number) => string): Message => ({
  role: 'assistant',
  content: times((i) => ({ type: 'tool-call', id: id(i), name: 'f', arguments: '{"a":1}', kind: 'function' })),
})
const named = (name: (index: number) => string): Message => ({
  role: 'assistant',
  content: times((i) => ({ type: 'tool-call', id: `c${i}`, name: name(i), arguments: '{}', kind: 'function' })),
})
const results = (id: (index: number) => string): readonly Message[] =>
  times((i) => ({ role: 'tool', callId: id(i), content: [text(i)] }))
const GO: Message = { role: 'user', content: [{ type: 'text', text: 'go' }] }
const PARAMETERS = { type: 'object', properties: { a: { type: 'string' } } }

const LONG: Readonly<Record<string, Partial<ChatRequest>>> = {
  'messages of both sides': {
    messages: times((i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: [text(i)] })),
  },
  'messages of one side': { messages: times((i) => ({ role: 'user', content: [text(i)] })) },
  'messages without content': { messages: times((i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: [] })) },
  'parts of a user': { messages: [{ role: 'user', content: times(text) }] },
  'parts of the system': { messages: [{ role: 'system', content: times(text) }, GO] },
  'parts of an assistant': { messages: [GO, { role: 'assistant', content: times(text) }] },
  'parts of a result': { messages: [GO, { role: 'tool', callId: 'c', content: times(text) }] },
  'calls without results': { messages: [GO, calls((i) => `c${i}`), GO] },
  'calls and results': { messages: [GO, calls((i) => `c${i}`), ...results((i) => `c${i}`)] },
  'calls of tools whose names few take': { messages: [GO, named((i) => `f-${i}`), GO] },
  'calls and results of one id': { messages: [GO, calls(() => 'c'), ...results(() => 'c')] },
  'results of other calls': { messages: [GO, calls((i) => `c${i}`), ...results((i) => `d${i}`)] },
  'results without calls': { messages: [GO, ...results((i) => `c${i}`)] },
  tools: { tools: times((i) => ({ kind: 'function', name: `f${i}`, parameters: PARAMETERS, strict: true })) },
  'members that nobody else knows': {
    extras: extrasOf('another', Object.fromEntries(times((i) => [`messages[${i}].x`, i]))),
  },
  'messages with a member that is put back where it stood': {
    messages: times((i) => ({ role: 'user', content: [text(i)] })),
    extras: extrasOf(openaiChat.name, Object.fromEntries(times((i) => [`messages[${i}].x`, i]))),
  },
  'thoughts that stood in members of their own': {
    messages: [
      GO,
      {
        role: 'assistant',
        content: times((i) => ({
          ...{ type: 'reasoning', text: `thought ${i}` },
          extras: { dialect: openaiChat.name, fields: { members: ['thinking_blocks'] } },
        })),
      },
    ],
    extras: extrasOf(openaiChat.name),
  },
  'tools with a member that is put back where it stood': {
    tools: times((i) => ({ kind: 'function', name: `f${i}` })),
    extras: extrasOf(openaiResponses.name, Object.fromEntries(times((i) => [`tools[${i}].x`, i]))),
  },
  'functions with a member that is put back where it stood': {
    tools: times((i) => ({ kind: 'function', name: `f${i}` })),
    extras: extrasOf(
      gemini.name,
      Object.fromEntries(times((i) => [`tools[0].functionDeclarations[${i}].behavior`, i])),
    ),
  },
}

const ROWS = JSON.stringify({ rows: times((id) => ({ id, word: 'fox' })) })
const asked = (text: string): Message => ({
  role: 'assistant',
  content: [{ type: 'tool-call', id: 'c', name: 'f', arguments: text, kind: 'function' }],
})
const answered = (text: string): Message => ({ role: 'tool', callId: 'c', content: [{ type: 'text', text }] })

/** What becomes an object, or the text of one, where an API wants that. */
const READ: readonly (readonly [what: string, dialects: readonly Dialect[], Partial<ChatRequest>])[] = [
  [
    'rows of arguments',
    [anthropicMessages, bedrockConverse, cohereChat, gemini],
    { messages: [GO, asked(ROWS), answered('r')] },
  ],
  ['rows of a result', [gemini], { messages: [GO, asked('{}'), answered(ROWS)] }],
  [
    'values of a format',
    [bedrockConverse],
    {
      responseFormat: { type: 'json-schema', name: 'f', schema: { enum: times((i) => `value ${i}`) } },
    },
  ],
]

/** The most items, written or looked at, between two yields; less where an item is more work. */
const TOGETHER = 1024

for (const [dialect, model] of WRITERS) {
  const read = READ.flatMap(([what, dialects, long]) => (dialects.includes(dialect) ? [[what, long] as const] : []))
  // A transcript has neither tools nor members of others.
  const written = Object.entries(LONG).filter(([, { messages }]) => dialect !== openaiCompletions || messages)
  for (const [what, long] of [...written, ...read]) {
    test(`${dialect.name} (${model}) writes ${MANY} ${what} in short steps, as it does at once`, () => {
      const request: ChatRequest = {
        ...{ model, messages: [GO], tools: [], stop: [], n: 1, stream: false, includeUsage: false },
        ...{ extras: extrasOf('another') },
        ...long,
      }
      const steps = dialect.encodeInSteps?.(request, {})
      assert.ok(steps)
      let yields = 0
      for (let step = steps.next(); ; step = steps.next(), yields++) {
        if (step.done) {
          const { restore: _, ...written } = step.value
          const { restore: __, ...atOnce } = dialect.encodeRequest(request, {})
          assert.deepEqual(written, atOnce)
          break
        }
        assert.ok(step.value > 0 && step.value <= AT_ONCE / 4, `${step.value} units`)
      }
      assert.ok(yields >= MANY / TOGETHER, `${yields} yields`)
    })
  }
}
