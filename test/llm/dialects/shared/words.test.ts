import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, JsonValue } from '../../../../core/json.js'
import type { Dialect } from '../../../../core/provider.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../../../llm/dialects/bedrock-converse.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { openaiCompletions } from '../../../../llm/dialects/openai-completions.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'

const MESSAGES = [{ role: 'user', content: 'go' }]
const CONTENTS = [{ parts: [{ text: 'go' }] }]
const tool = { type: 'function', name: 'f', function: { name: 'f' } }

/** Lists that have a handful of entries everywhere: by whom, where, what an entry is, and the request around it. */
const LISTS: readonly (readonly [Dialect, string, JsonValue, (list: JsonValue) => JsonObject])[] = [
  [openaiChat, 'stop', 'x', (stop) => ({ messages: MESSAGES, stop })],
  [
    openaiChat,
    'tool_choice.allowed_tools.tools',
    tool,
    (tools) => ({ messages: MESSAGES, tool_choice: { type: 'allowed_tools', allowed_tools: { tools } } }),
  ],
  [openaiCompletions, 'stop', 'x', (stop) => ({ prompt: 'go', stop })],
  [openaiResponses, 'include', 'x', (include) => ({ input: 'go', include })],
  [
    openaiResponses,
    'tool_choice.tools',
    tool,
    (tools) => ({ input: 'go', tool_choice: { type: 'allowed_tools', tools } }),
  ],
  [anthropicMessages, 'stop_sequences', 'x', (list) => ({ max_tokens: 9, messages: MESSAGES, stop_sequences: list })],
  [cohereChat, 'stop_sequences', 'x', (list) => ({ messages: MESSAGES, stop_sequences: list })],
  [
    bedrockConverse,
    'inferenceConfig.stopSequences',
    'x',
    (stopSequences) => ({
      messages: [{ role: 'user', content: [{ text: 'go' }] }],
      inferenceConfig: { stopSequences },
    }),
  ],
  [
    gemini,
    'generationConfig.stopSequences',
    'x',
    (stopSequences) => ({ contents: CONTENTS, generationConfig: { stopSequences } }),
  ],
  [
    gemini,
    'toolConfig.functionCallingConfig.allowedFunctionNames',
    'x',
    (allowedFunctionNames) => ({
      contents: CONTENTS,
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames } },
    }),
  ],
]

for (const [dialect, path, entry, bodyWith] of LISTS) {
  test(`${dialect.name} takes 5,000 entries of ${path} and refuses more`, () => {
    const read = (length: number) => {
      const list = Array.from({ length }, () => entry)
      return dialect.decodeRequest({ model: 'm', ...bodyWith(list) }, { model: 'm', stream: false })
    }
    assert.ok(read(5000))
    assert.throws(() => read(5001), { code: 'malformed_request', param: path })
  })
}
