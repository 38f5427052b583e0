import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.js'
import { checkAnthropic } from './anthropic-check.js'
import { checkCohere } from './cohere-check.js'
import { checkConverse } from './converse-check.js'
import { checkGemini } from './gemini-check.js'
import { checkResponses } from './responses-check.js'
import type { Understood } from './understood.js'

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } }

/** One API: a request with a call and its result that it takes, and what it refuses in which words. */
interface Case {
  readonly check: (body: JsonObject) => Understood
  readonly good: JsonObject
  /** Members that replace those of the good request; undefined takes one away. */
  readonly refused: readonly (readonly [
    words: RegExp,
    change: Readonly<Record<string, JsonObject[string] | undefined>>,
  ])[]
}

const USE = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Rome' } }
const RESULT = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'rain' }
const ASKED = { role: 'user', content: 'weather in Rome?' }
const CLAUDE: JsonObject = {
  ...{ model: 'claude', max_tokens: 100, tools: [{ name: 'weather', input_schema: SCHEMA }] },
  messages: [ASKED, { role: 'assistant', content: [USE] }, { role: 'user', content: [RESULT] }],
}

const TURNS = [
  { role: 'user', parts: [{ text: 'weather in Rome?' }] },
  { role: 'model', parts: [{ functionCall: { name: 'weather', args: { city: 'Rome' } } }] },
  { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { output: 'rain' } } }] },
]
const GEMINI: JsonObject = {
  contents: TURNS,
  tools: [{ functionDeclarations: [{ name: 'weather', parameters: SCHEMA }] }],
}

const TOOL_USE = { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Rome' } } }
const TOOL_RESULT = { toolResult: { toolUseId: 'tooluse_1', content: [{ text: 'rain' }] } }
const SPOKEN = { role: 'user', content: [{ text: 'weather in Rome?' }] }
const CONVERSE: JsonObject = {
  messages: [SPOKEN, { role: 'assistant', content: [TOOL_USE] }, { role: 'user', content: [TOOL_RESULT] }],
  toolConfig: { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: SCHEMA } } }] },
}

const CALL = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' }
const OUTPUT = { type: 'function_call_output', call_id: 'call_1', output: 'rain' }
const RESPONSES: JsonObject = {
  ...{ model: 'm', input: [ASKED, CALL, OUTPUT] },
  tools: [{ type: 'function', name: 'weather', parameters: SCHEMA, strict: false }],
}

const COHERE_CALL = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }
const COHERE_TOOL = { type: 'function', function: { name: 'weather', parameters: SCHEMA } }
const COHERE: JsonObject = {
  ...{ model: 'm', tools: [COHERE_TOOL] },
  messages: [
    ASKED,
    { role: 'assistant', tool_calls: [COHERE_CALL] },
    { role: 'tool', tool_call_id: 'c1', content: 'rain' },
  ],
}

const saying = (block: JsonObject) => [ASKED, { role: 'assistant', content: [block] }, ASKED]

const CASES: Readonly<Record<string, Case>> = {
  anthropic: {
    check: (body) => checkAnthropic(body, 'own'),
    good: CLAUDE,
    refused: [
      [/max_tokens: Field required/, { max_tokens: undefined }],
      [/n: Extra inputs are not permitted/, { n: 1 }],
      [/first message must use the "user" role/, { messages: [{ role: 'assistant', content: 'hi' }] }],
      [/text content blocks must be non-empty/, { messages: saying({ type: 'text', text: '' }) }],
      [/`tool_use` ids were found without/, { messages: saying(USE) }],
      [
        /unexpected `tool_use_id`/,
        { messages: [ASKED, { role: 'assistant', content: 'hi' }, { role: 'user', content: [RESULT] }] },
      ],
      [/should match pattern/i, { messages: saying({ ...USE, id: 'functions.weather:0' }) }],
      [/Invalid `signature`/, { messages: saying({ type: 'thinking', thinking: 'hm', signature: '' }) }],
      [
        /final block in an assistant message/,
        { messages: saying({ type: 'thinking', thinking: 'hm', signature: 'sig-1' }) },
      ],
      [/tool_choice may only be specified/, { tools: undefined, messages: [ASKED], tool_choice: { type: 'auto' } }],
      [/Unexpected role "system"/, { messages: [{ role: 'system', content: 'hi' }] }],
      [/range: 0\.\.1/, { temperature: 1.5 }],
      [/greater than or equal to 1024/, { thinking: { type: 'enabled', budget_tokens: 10 } }],
    ],
  },
  'anthropic on bedrock': {
    check: (body) => checkAnthropic(body, 'bedrock', false),
    good: { ...CLAUDE, model: undefined, anthropic_version: 'bedrock-2023-05-31' },
    refused: [
      [/extraneous key \[stream\]/, { stream: true }],
      [/extraneous key \[model\]/, { model: 'claude' }],
      [/anthropic_version/, { anthropic_version: undefined }],
    ],
  },
  gemini: {
    check: (body) => checkGemini(body, { surface: 'gemini', model: 'gemini-2.5-flash', stream: false }),
    good: GEMINI,
    refused: [
      [/contents is not specified/, { contents: [] }],
      [/Unknown name "n"/, { n: 1 }],
      [/Unknown name "labels"/, { labels: {} }],
      [/Unknown name "seeds" at 'generation_config'/, { generationConfig: { seeds: 1 } }],
      [
        /Unknown name "additionalProperties"/,
        { tools: [{ functionDeclarations: [{ name: 'a', parameters: { ...SCHEMA, additionalProperties: false } }] }] },
      ],
      [/number of function response parts/, { contents: TURNS.slice(0, 2) }],
      [/valid role: user, model/, { contents: [{ role: 'assistant', parts: [{ text: 'hi' }] }] }],
      [/must have one initialized field/, { contents: [{ role: 'user', parts: [{}] }] }],
      [
        /oneof field 'data' is already set/,
        { contents: [{ role: 'user', parts: [{ text: 'a', functionCall: { name: 'b' } }] }] },
      ],
      [/only supported with response mime type/, { generationConfig: { responseJsonSchema: SCHEMA } }],
      [
        /should only be set when function calling mode is ANY/,
        { toolConfig: { functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: ['a'] } } },
      ],
    ],
  },
  'gemini-3 on vertex': {
    check: (body) => checkGemini(body, { surface: 'vertex', model: 'gemini-3-pro', stream: false }),
    good: {
      ...GEMINI,
      contents: TURNS.map((turn) => ({
        ...turn,
        parts: turn.parts.map((part) =>
          'functionCall' in part ? { ...part, thoughtSignature: 'skip_thought_signature_validator' } : part,
        ),
      })),
    },
    refused: [
      [/missing a thought_signature/, { contents: TURNS }],
      [/valid role/, { contents: [{ parts: [{ text: 'hi' }] }] }],
      [/Unknown name "store"/, { store: true }],
    ],
  },
  converse: {
    check: (body) => checkConverse(body, 'us.amazon.nova-pro-v1:0', false),
    good: CONVERSE,
    refused: [
      [/Unexpected field: model/, { model: 'm' }],
      [/must start with a user message/, { messages: [{ role: 'assistant', content: [{ text: 'hi' }] }] }],
      [/must alternate/, { messages: [SPOKEN, SPOKEN] }],
      [/is blank/, { messages: [{ role: 'user', content: [{ text: ' ' }] }] }],
      [/toolConfig field must be defined/, { toolConfig: undefined }],
      [/Expected toolResult blocks/, { messages: [SPOKEN, { role: 'assistant', content: [TOOL_USE] }, SPOKEN] }],
      [/exceeds the number of toolUse blocks/, { messages: [{ role: 'user', content: [TOOL_RESULT] }] }],
      [
        /cannot contain reasoning content/,
        {
          messages: saying({ reasoningContent: { reasoningText: { text: 'hm' } } }).map((turn) =>
            turn === ASKED ? SPOKEN : turn,
          ),
        },
      ],
      [/Unexpected field: inferenceConfig\.topK/, { inferenceConfig: { topK: 1 } }],
    ],
  },
  responses: {
    check: checkResponses,
    good: RESPONSES,
    refused: [
      [/Unknown parameter: 'messages'/, { messages: [ASKED] }],
      [/>= 16/, { max_output_tokens: 5 }],
      [/No tool output found for function call call_1/, { input: [ASKED, CALL] }],
      [/No tool call found for function call output/, { input: [ASKED, OUTPUT] }],
      [/begins with 'fc'/, { input: [ASKED, { ...CALL, id: 'toolu_1' }, OUTPUT] }],
      [/Items are not persisted/, { input: [ASKED, { type: 'reasoning', id: 'rs_1', summary: [] }] }],
      [
        /could not be verified/,
        { input: [ASKED, { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' }] },
      ],
      [
        /Supported values are: 'output_text'/,
        { input: [ASKED, { role: 'assistant', content: [{ type: 'input_text', text: 'hi' }] }] },
      ],
      [
        /Unknown parameter: 'input\[1\]\.parsed_arguments'/,
        { input: [ASKED, { ...CALL, parsed_arguments: {} }, OUTPUT] },
      ],
    ],
  },
  cohere: {
    check: checkCohere,
    good: COHERE,
    refused: [
      [/parameter 'top_p' is not a valid field/, { top_p: 1 }],
      [
        /parameter 'strict' is not a valid field/,
        { tools: [{ type: 'function', function: { ...COHERE_TOOL.function, strict: true } }] },
      ],
      [/invalid role 'developer'/, { messages: [{ role: 'developer', content: 'hi' }] }],
      [/missing tool results/, { messages: [ASKED, { role: 'assistant', tool_calls: [COHERE_CALL] }] }],
      [/cannot specify response_format/, { response_format: { type: 'json_object' } }],
      [/tool_choice must be one of/, { tool_choice: 'auto' }],
    ],
  },
}

const defined = (members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject =>
  JSON.parse(JSON.stringify(members)) as JsonObject

for (const [name, { check, good, refused }] of Object.entries(CASES)) {
  test(`${name} understands a call and its result`, () => {
    const understood = check(defined(good))
    assert.deepEqual(understood.results, [{ args: { city: 'Rome' }, text: 'rain' }])
    assert.equal(understood.text, 'weather in Rome?')
    assert.deepEqual(understood.tools, ['weather'])
  })
  for (const [words, change] of refused) {
    test(`${name} refuses: ${words.source}`, () => {
      assert.throws(() => check(defined({ ...good, ...change })), { message: words })
    })
  }
}
