import { test } from 'node:test'
import type { JsonObject, JsonValue } from '../../../../core/json.js'
import { isObject } from '../../../../core/json.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { geminiCountTokens } from '../../../../llm/dialects/gemini-count-tokens.js'
import { assertContent, PICTURE, type SaidBody } from '../said-body.js'

const PLACE = { model: 'gemini-2.5-pro', stream: false }

const everything: SaidBody = (say) => ({
  systemInstruction: { role: 'system', parts: [{ text: say() }] },
  cachedContent: 'cachedContents/abc',
  serviceTier: 'standard',
  labels: { [say()]: say() },
  safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE', method: 'SEVERITY' }],
  generationConfig: {
    ...{
      temperature: 1,
      maxOutputTokens: 123456,
      seed: 123456789,
      stopSequences: [say()],
      responseModalities: ['TEXT'],
    },
    ...{ responseMimeType: 'application/json', mediaResolution: 'MEDIA_RESOLUTION_LOW' },
    responseSchema: {
      type: 'OBJECT',
      properties: { type: { type: 'STRING', description: say(), enum: [say()] } },
      propertyOrdering: ['type'],
    },
    thinkingConfig: { thinkingLevel: 'low', includeThoughts: true },
    speechConfig: {
      ...{ languageCode: 'en-US', voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
      multiSpeakerVoiceConfig: {
        speakerVoiceConfigs: [{ speaker: say(), voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Puck' } } }],
      },
    },
  },
  toolConfig: {
    functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] },
    retrievalConfig: { languageCode: 'en' },
  },
  tools: [
    {
      functionDeclarations: [
        {
          ...{ name: 'f', description: say(), behavior: 'BLOCKING' },
          parameters: {
            type: 'OBJECT',
            properties: { name: { type: 'STRING', description: say() } },
            required: ['name'],
          },
          response: { type: 'OBJECT', properties: { id: { type: 'STRING', description: say() } } },
        },
        { name: 'g', parametersJsonSchema: { type: 'object', description: say() } },
      ],
    },
    {
      googleSearch: {
        timeRangeFilter: { startTime: '2025-01-01T00:00:00Z', endTime: '2026-01-01T00:00:00Z' },
        excludeDomains: ['a.example'],
      },
    },
    { fileSearch: { fileSearchStoreNames: ['fileSearchStores/a'], metadataFilter: say(), topK: 3 } },
    {
      mcpServers: [
        {
          name: 'm',
          streamableHttpTransport: {
            url: 'https://mcp.example',
            headers: { authorization: 'Bearer x' },
            timeout: '10s',
          },
        },
      ],
    },
    { codeExecution: {} },
  ],
  contents: [
    {
      role: 'user',
      parts: [
        { text: say() },
        { inlineData: { mimeType: 'image/png', data: PICTURE, displayName: say() } },
        {
          fileData: { mimeType: 'video/mp4', fileUri: 'https://files.example/a.mp4', displayName: say() },
          videoMetadata: { startOffset: '1s', fps: 1 },
        },
        { ofALaterDay: { note: say(), id: say() }, partMetadata: { [say()]: say() } },
      ],
    },
    {
      role: 'model',
      parts: [
        { text: say(), thought: true, thoughtSignature: 'c2lnbg==' },
        {
          functionCall: { id: 'c1', name: 'f', args: { [say()]: [say(), { [say()]: say() }] } },
          thoughtSignature: 'c2lnbg==',
        },
        { executableCode: { id: 'e1', language: 'PYTHON', code: say() } },
        { codeExecutionResult: { id: 'e1', outcome: 'OUTCOME_OK', output: say() } },
        { toolCall: { id: 't1', toolType: 'GOOGLE_SEARCH', args: { [say()]: say() } } },
        { toolResponse: { id: 't1', toolType: 'GOOGLE_SEARCH', response: { [say()]: say() } } },
      ],
    },
    {
      role: 'user',
      parts: [
        {
          functionResponse: {
            ...{ id: 'c1', name: 'f', scheduling: 'SILENT', response: { [say()]: JSON.stringify({ [say()]: say() }) } },
            parts: [{ inlineData: { mimeType: 'image/png', data: PICTURE } }],
          },
        },
      ],
    },
  ],
  nobodyKnows: [say(), { [say()]: [say()] }],
})

const UNSCANNABLE = [
  'cachedContent',
  'tools[2].fileSearch.fileSearchStoreNames[0]',
  'contents[0].parts[1]',
  'contents[0].parts[2]',
  'contents[2].parts[0].functionResponse.parts[0]',
]

/** Names that the application gave itself have no other spelling. */
const OF_DATA = new Set(['args', 'response', 'labels', 'partMetadata', 'nobodyKnows', 'ofALaterDay', 'headers'])

function inSnakeCase(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inSnakeCase)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      OF_DATA.has(name) ? member : inSnakeCase(member ?? null),
    ]),
  )
}

const snakeCase: SaidBody = (say) => {
  const body = inSnakeCase(everything(say))
  return isObject(body) ? body : {}
}

test('everything that is said in a Gemini request is content, and nothing else', () => {
  assertContent(gemini, everything, UNSCANNABLE, PLACE)
})

test('the same in snake_case', () => {
  const paths = UNSCANNABLE.map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
  assertContent(gemini, snakeCase, paths, PLACE)
})

test('and around such a request, where its tokens are counted', () => {
  const around = (request: JsonObject): JsonObject => ({
    generateContentRequest: { model: 'models/gemini-2.5-pro', ...request },
  })
  const paths = UNSCANNABLE.map((path) => `generateContentRequest.${path}`)
  assertContent(geminiCountTokens, (say) => around(everything(say)), paths, PLACE)
  assertContent(geminiCountTokens, (say) => ({ contents: [{ parts: [{ text: say() }] }] }), [], PLACE)
})

test('a system instruction that is a text alone is content', () => {
  assertContent(gemini, (say) => ({ system_instruction: say(), contents: { parts: { text: say() } } }), [], PLACE)
})
