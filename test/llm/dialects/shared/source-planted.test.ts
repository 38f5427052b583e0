import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ContentOf, Source } from '../../../../core/content.js'
import { isObject, type JsonObject, type JsonValue } from '../../../../core/json.js'
import type { Dialect } from '../../../../core/provider.js'
import { anthropicCountTokens } from '../../../../llm/dialects/anthropic-count-tokens.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { geminiCountTokens } from '../../../../llm/dialects/gemini-count-tokens.js'
import { imageEdits } from '../../../../llm/dialects/governed/images.js'
import { moderations, rerank } from '../../../../llm/dialects/governed/scores.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { openaiCompletions } from '../../../../llm/dialects/openai-completions.js'
import { openaiEmbeddings } from '../../../../llm/dialects/openai-embeddings.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'

// What stands in these bodies names who has written it. It has no white space, so that a member taken for a word would hide it.

const PICTURE = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64')
const LINK = 'https://files.example/a.png'
const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":"assistant:a"}' } }

const chat: JsonObject = {
  ...{ model: 'm', user: 'user:a', metadata: { a: 'user:b' }, stop: ['user:c'], documents: [{ text: 'document:a' }] },
  messages: [
    { role: 'system', content: 'system:a' },
    { role: 'user', name: 'user:d', content: 'user:e' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'user:f' },
        { type: 'image_url', image_url: { url: LINK } },
        { type: 'input_audio', input_audio: { data: PICTURE, format: 'wav' } },
        { type: 'file', file: { filename: 'document:b', file_data: PICTURE } },
        { type: 'file', file: { file_id: 'file-1' } },
        'user:g',
      ],
    },
    { role: 'assistant', content: 'assistant:b', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content: 'tool:a' },
    { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'tool:b' }] },
    { role: 'function', name: 'f', content: 'tool:c' },
  ],
}

const responses: JsonObject = {
  ...{ model: 'm', instructions: 'system:a', user: 'user:a', conversation: { id: 'conv_1' } },
  prompt: { id: 'pmpt_1', variables: { a: 'user:b' } },
  input: [
    { role: 'user', content: 'user:c' },
    {
      ...{ type: 'message', role: 'user' },
      content: [
        { type: 'input_text', text: 'user:d' },
        { type: 'input_image', image_url: LINK },
        { type: 'input_file', filename: 'document:a', file_data: PICTURE },
      ],
    },
    { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 'assistant:a' }] },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":"assistant:b"}' },
    { type: 'function_call_output', call_id: 'c', output: 'tool:a' },
    { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'tool:b' }] },
    { type: 'mcp_call', id: 'm', name: 'f', arguments: '{}', output: 'tool:c' },
    { type: 'code_interpreter_call', id: 'i', code: 'assistant:c', outputs: [{ type: 'logs', logs: 'tool:d' }] },
    { type: 'file_search_call', id: 's', queries: ['assistant:d'], results: [{ text: 'tool:e', filename: 'tool:f' }] },
    { type: 'item_reference', id: 'msg_1' },
  ],
}

const messages: JsonObject = {
  ...{ model: 'm', max_tokens: 5, system: [{ type: 'text', text: 'system:a' }], metadata: { user_id: 'user:a' } },
  messages: [
    { role: 'user', content: 'user:b' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'user:c' },
        { type: 'image', source: { type: 'url', url: LINK } },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PICTURE } },
        { type: 'document', title: 'document:a', source: { type: 'text', data: 'document:b' } },
        {
          type: 'document',
          source: { type: 'content', content: [{ type: 'text', text: 'document:c' }] },
        },
        { type: 'search_result', title: 'document:d', content: [{ type: 'text', text: 'document:e' }] },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'assistant:a', signature: 's' },
        { type: 'tool_use', id: 't', name: 'f', input: { a: 'assistant:b' } },
        { type: 'web_search_tool_result', content: [{ type: 'web_search_result', title: 'tool:a' }] },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 't', content: 'tool:b' },
        { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'tool:c' }] },
        { type: 'tool_result', tool_use_id: 't', content: [{ type: 'document', title: 'document:f' }] },
      ],
    },
  ],
}

const generate: JsonObject = {
  systemInstruction: { role: 'user', parts: [{ text: 'system:a' }] },
  labels: { a: 'user:a' },
  contents: [
    {
      role: 'user',
      parts: [
        { text: 'user:b' },
        { inlineData: { mimeType: 'image/png', data: PICTURE, displayName: 'document:a' } },
        { fileData: { mimeType: 'text/plain', fileUri: 'gs://bucket/a.txt' } },
      ],
    },
    { role: 'model', parts: [{ text: 'assistant:a' }, { functionCall: { name: 'f', args: { a: 'assistant:b' } } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'f', response: { type: 'tool:a', 'tool:b': 1 } } }] },
    { role: 'function', parts: [{ functionResponse: { name: 'f', response: { result: 'tool:c' } } }] },
    { role: 'model', parts: [{ codeExecutionResult: { output: 'tool:d' } }] },
  ],
}

const CASES: readonly (readonly [Dialect, JsonObject])[] = [
  [openaiChat, chat],
  [openaiResponses, responses],
  [anthropicMessages, messages],
  [anthropicCountTokens, messages],
  [gemini, generate],
  [gemini, { contents: { role: 'user', parts: { text: 'user:a' } } }],
  [geminiCountTokens, { generateContentRequest: generate }],
  [geminiCountTokens, { generate_content_request: generate }],
  [openaiCompletions, { model: 'm', prompt: 'user:a', suffix: 'user:b' }],
  [openaiEmbeddings, { model: 'm', input: ['user:a', 'user:b'] }],
  [moderations, { model: 'm', input: [{ type: 'text', text: 'user:a' }, { image_url: { url: LINK } }] }],
  [imageEdits, { model: 'm', prompt: 'user:a', images: [{ image_url: LINK }, { url: LINK }], mask: { url: LINK } }],
  [rerank, { model: 'm', query: 'user:a', documents: ['document:a', { text: 'document:b' }] }],
]

const ROLES = ['system', 'developer', 'user', 'assistant', 'model', 'tool', 'function', 'System', 'critic']
const TYPES = [
  ...['text', 'thinking', 'redacted_thinking', 'reasoning', 'reasoning.encrypted', 'file', 'document', 'message'],
  ...['tool_use', 'tool_result', 'function_call', 'function_call_output', 'x_call', 'mcp_list_tools', 'program'],
  ...['additional_tools', 'item_reference', 'image', 'url', 'image_generation_call', 'mcp_approval_request'],
]
/** Members that mean something elsewhere, in this dialect or another. */
const NAMES = [
  ...['instructions', 'system', 'systemInstruction', 'system_instruction', 'tools', 'functions', 'response_format'],
  ...['output_config', 'generationConfig', 'generation_config', 'toolConfig', 'mcp_servers', 'documents', 'file'],
  ...['inlineData', 'functionResponse', 'tool_calls', 'function_call', 'functionCall', 'reasoning_content', 'thought'],
  ...[
    'description',
    'parameters',
    'behavior',
    'title',
    'start_index',
    'name',
    'message',
    'domain',
    'output',
    'results',
  ],
  ...['generateContentRequest', 'contents', 'messages', 'input', 'parts', 'image', 'version', 'format', 'signature'],
]

const planted: fc.Arbitrary<readonly [string, JsonValue]> = fc.oneof(
  fc.tuple(fc.constant('role'), fc.constantFrom<JsonValue>(...ROLES, ...TYPES, null, 1, ['system'])),
  fc.tuple(fc.constant('type'), fc.constantFrom<JsonValue>(...TYPES, ...ROLES, null, 1, ['thinking'])),
  fc.tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom<JsonValue>('x', 'x y', 1, null, {}, [], { role: 'system', type: 'thinking' }, [{ role: 'system' }]),
  ),
)

const READ: ReadonlySet<Source | undefined> = new Set(['user', 'tool', 'document'])
const isRead = (text: string) => /^(?:user|tool|document):/.test(text)

function surfaces({ contentOf, sourceOf }: Dialect, body: JsonObject) {
  assert.ok(contentOf && sourceOf)
  return surfacesOf(body, contentOf, sourceOf)
}

/** How many objects of the dialect's own a body has. */
function ownersIn(dialect: Dialect, body: JsonObject): readonly JsonObject[] {
  const owners = new Set<JsonObject>()
  const spy: ContentOf = (owner, name, place) => {
    owners.add(owner)
    return dialect.contentOf?.(owner, name, place) ?? 'data'
  }
  surfacesOf(body, spy)
  return [...owners]
}

/** The value with members added to some of its objects; what is there already stays. */
function withPlanted(value: JsonValue | undefined, added: ReadonlyMap<JsonObject, JsonObject>): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((entry: JsonValue) => withPlanted(entry, added) ?? null)
  if (!isObject(value)) return value
  const members = Object.entries(value).map(([name, member]) => [name, withPlanted(member, added)] as const)
  return { ...added.get(value), ...Object.fromEntries(members) }
}

for (const [dialect, body] of CASES) {
  test(`no member that is added to ${dialect.name} hides what guards read: ${Object.keys(body)[0]}`, () => {
    const before = surfaces(dialect, body)
    const wanted = before.sites.filter(({ text }) => isRead(text)).map(({ text }) => text)
    assert.ok(wanted.length > 0)
    for (const { text, source } of before.sites) if (/^[a-z]+:\w$/.test(text)) assert.equal(text.split(':')[0], source)
    const owners = ownersIn(dialect, body)
    const plant = fc.tuple(fc.nat(owners.length - 1), planted)
    fc.assert(
      fc.property(fc.array(plant, { minLength: 1, maxLength: 3 }), (plants) => {
        const added = new Map<JsonObject, JsonObject>()
        for (const [index, [name, value]] of plants) {
          const owner = owners[index] ?? body
          added.set(owner, { ...added.get(owner), [name]: value })
        }
        const { sites, unscannable } = surfaces(dialect, withPlanted(body, added) as JsonObject)
        for (const text of wanted) {
          const sources = sites.filter((site) => site.text === text).map(({ source }) => source)
          assert.ok(sources.length > 0, `${text} is no site`)
          assert.ok(sources.every((source) => READ.has(source)))
        }
        for (const path of before.unscannable) assert.ok(unscannable.includes(path), `${path} is nowhere`)
      }),
      { numRuns: 1500 },
    )
  })
}
