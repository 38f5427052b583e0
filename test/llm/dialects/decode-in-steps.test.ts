import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import type { Dialect } from '../../../core/provider.js'
import { AT_ONCE } from '../../../core/turns.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { cohereChat } from '../../../llm/dialects/cohere-chat.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'

const MANY = 20_000

const times = <T extends JsonValue>(make: (index: number) => T): readonly T[] =>
  Array.from({ length: MANY }, (_, i) => make(i))

const SCHEMA = { type: 'object', properties: { a: { type: 'string' } } }
const text = (index: number): JsonObject => ({ text: `part ${index}` })
const called = { functionCall: { name: 'f', args: { a: 1 } } }
const response = { functionResponse: { name: 'f', response: { output: 'r' } } }
const GO: JsonObject = { role: 'user', parts: [{ text: 'go' }] }

const inputText = (index: number): JsonObject => ({ type: 'input_text', text: `part ${index}` })
const outputText = (index: number): JsonObject => ({ type: 'output_text', text: `part ${index}` })
const callItem = (index: number): JsonObject => ({
  ...{ type: 'function_call', call_id: `c${index}`, name: 'f', arguments: '{"a":1}' },
})
const output = (index: number): JsonObject => ({ type: 'function_call_output', call_id: `c${index}`, output: 'r' })

/** What a tool is called with, or answers, where it is long. */
const ROWS: JsonObject = { rows: times((id) => ({ id, word: 'fox' })) }

const textPart = (index: number): JsonObject => ({ type: 'text', text: `part ${index}` })
const toolCall = (index: number): JsonObject => ({
  ...{ id: `c${index}`, type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
})

const LONG: readonly (readonly [Dialect, Readonly<Record<string, JsonObject>>])[] = [
  [
    gemini,
    {
      'contents of both sides': {
        contents: times((i) => ({ role: i % 2 === 0 ? 'user' : 'model', parts: [text(i)] })),
      },
      'contents of the model': { contents: times((i) => ({ role: 'model', parts: [text(i)] })) },
      'thoughts in pieces': { contents: times(() => ({ role: 'model', parts: [{ text: 'hm', thought: true }] })) },
      'contents without parts': { contents: times(() => ({ role: 'user', parts: [] })) },
      'parts of a user': { contents: [{ role: 'user', parts: times(text) }] },
      'parts of the model': { contents: [{ role: 'model', parts: times(text) }] },
      'parts of the system': { systemInstruction: { parts: times(text) }, contents: [GO] },
      'parts of a response': {
        contents: [
          { role: 'model', parts: [called] },
          { role: 'user', parts: [{ functionResponse: { ...response.functionResponse, parts: times(text) } }] },
        ],
      },
      'calls and responses': {
        contents: [
          { role: 'model', parts: times(() => called) },
          { role: 'user', parts: times(() => response) },
        ],
      },
      'rows of arguments': {
        contents: [{ role: 'model', parts: [{ functionCall: { name: 'f', args: ROWS } }] }],
      },
      'rows of a response': {
        contents: [
          { role: 'model', parts: [called] },
          { role: 'user', parts: [{ functionResponse: { name: 'f', response: ROWS } }] },
        ],
      },
      functions: {
        contents: [GO],
        tools: [{ functionDeclarations: times((i) => ({ name: `f${i}`, parameters: SCHEMA })) }],
      },
      'lists of functions': {
        contents: [GO],
        tools: times((i) => ({ functionDeclarations: [{ name: `f${i}` }] })),
      },
      'properties of an answer': {
        contents: [GO],
        generationConfig: {
          responseMimeType: 'application/json',
          responseSchema: {
            type: 'OBJECT',
            properties: Object.fromEntries(times((i) => i).map((i) => [`p${i}`, { type: 'STRING' }])),
          },
        },
      },
    },
  ],
  [
    openaiChat,
    {
      tools: {
        messages: [{ role: 'user', content: 'go' }],
        tools: times((i) => ({ type: 'function', function: { name: `f${i}`, parameters: SCHEMA } })),
      },
      'rows of arguments': {
        messages: [
          { role: 'assistant', tool_calls: [{ ...toolCall(0), function: { name: 'f', arguments: ROWS } }] },
          { role: 'tool', tool_call_id: 'c0', content: 'r' },
        ],
      },
      'details of reasoning': {
        messages: [
          { role: 'assistant', reasoning_details: times((i) => ({ type: 'reasoning.text', text: `t${i}`, index: i })) },
        ],
      },
      'blocks of thinking': {
        messages: [{ role: 'assistant', thinking_blocks: times((i) => ({ type: 'thinking', thinking: `t${i}` })) }],
      },
      'messages with a member that no API has': {
        messages: times((i) => ({ role: 'user', content: 'go', odd: i })),
      },
      functions: {
        messages: [{ role: 'user', content: 'go' }],
        functions: times((i) => ({ name: `f${i}`, parameters: SCHEMA })),
      },
    },
  ],
  [
    anthropicMessages,
    {
      tools: {
        ...{ max_tokens: 9, messages: [{ role: 'user', content: 'go' }] },
        tools: times((i) => ({ name: `f${i}`, input_schema: SCHEMA })),
      },
      'rows of input': {
        max_tokens: 9,
        messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: ROWS }] }],
      },
    },
  ],
  [
    cohereChat,
    {
      'messages of both sides': {
        messages: times((i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: `part ${i}` })),
      },
      'parts of a user': { messages: [{ role: 'user', content: times(textPart) }] },
      'parts of the assistant': { messages: [{ role: 'assistant', content: times(textPart) }] },
      'parts of a result': { messages: [{ role: 'tool', tool_call_id: 'c', content: times(textPart) }] },
      calls: { messages: [{ role: 'assistant', tool_calls: times(toolCall) }] },
      'rows of arguments': {
        messages: [{ role: 'assistant', tool_calls: [{ ...toolCall(0), function: { name: 'f', arguments: ROWS } }] }],
      },
      tools: {
        messages: [{ role: 'user', content: 'go' }],
        tools: times((i) => ({ type: 'function', function: { name: `f${i}`, parameters: SCHEMA } })),
      },
    },
  ],
  [
    openaiResponses,
    {
      'messages of both sides': {
        input: times((i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: `part ${i}` })),
      },
      'messages of the assistant': { input: times((i) => ({ role: 'assistant', content: `part ${i}` })) },
      'items of reasoning': { input: times(() => ({ type: 'reasoning', summary: [] })) },
      'calls and outputs': { input: [...times(callItem), ...times(output)] },
      'rows of arguments': { input: [{ ...callItem(0), arguments: ROWS }, output(0)] },
      'parts of a user': { input: [{ role: 'user', content: times(inputText) }] },
      'parts of the assistant': { input: [{ role: 'assistant', content: times(outputText) }] },
      'parts of an output': { input: [callItem(0), { ...output(0), output: times(inputText) }] },
      tools: { input: 'go', tools: times((i) => ({ type: 'function', name: `f${i}`, parameters: SCHEMA })) },
    },
  ],
]

const SAID = JSON.stringify(ROWS)

/** The most items that are read between two yields; less where an item is more work. */
const TOGETHER = 1024

for (const [dialect, bodies] of LONG) {
  for (const [what, body] of Object.entries(bodies)) {
    test(`${dialect.name} reads ${MANY} ${what} in short steps, as it does at once`, () => {
      const place = { model: 'a-model', stream: false }
      const steps = dialect.decodeInSteps?.({ model: 'a-model', ...body }, place)
      assert.ok(steps)
      let yields = 0
      for (let step = steps.next(); ; step = steps.next(), yields++) {
        if (step.done) {
          assert.deepEqual(step.value, dialect.decodeRequest({ model: 'a-model', ...body }, place))
          if (what.startsWith('rows')) assert.ok(JSON.stringify(step.value).includes(JSON.stringify(SAID).slice(1, -1)))
          break
        }
        assert.ok(step.value > 0 && step.value <= AT_ONCE / 4, `${step.value} units`)
      }
      assert.ok(yields >= MANY / TOGETHER, `${yields} yields`)
    })
  }
}
