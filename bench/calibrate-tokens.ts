/**
 * Compares our prompt counts with what providers reported, per tokenizer family:
 * `node dist/bench/calibrate-tokens.js DIR`, DIR holding recorded exchanges (`index.json` and one JSON file each).
 * Only requests of text (and tools) count; prompts with images, files, server-side tools or no usage are left out.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChatRequest, Message, Tool } from '../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../core/json.js'
import { atOnce } from '../core/turns.js'
import { decodeRequest as decodeAnthropic } from '../llm/dialects/anthropic-messages/decode-request.js'
import { decodeRequest as decodeOpenai } from '../llm/dialects/openai-chat/decode-request.js'
import { countTexts } from '../llm/tokens/count-text.js'
import { createEncodings } from '../llm/tokens/encoding.js'
import { promptParts } from '../llm/tokens/prompt-parts.js'
import { tokenizerFor } from '../llm/tokens/tokenizer.js'

interface Sample {
  readonly family: string
  readonly id: string
  readonly messages: number
  readonly forms: boolean
  /** Tokens of the texts in the family's encoding. */
  readonly raw: number
  readonly counted: number
  readonly bound: number
  readonly reported: number
}

/** The server adds to these prompts, or they hold more than text. */
const LEFT_OUT =
  /web-search|web-fetch|tool-search|server-tool|code-execution|mcp|file-search|(image|pdf|document|audio|video)-input/

const directory = process.argv[2]
if (directory === undefined) throw new Error('usage: calibrate-tokens DIR')

const encodings = createEncodings(readFile)
const samples: Sample[] = []
for (const entry of entries(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')))) {
  const sample = await measure(JSON.parse(await readFile(join(directory, entry), 'utf8')))
  if (sample !== undefined) samples.push(sample)
}
report(samples)

function entries(index: JsonValue): readonly string[] {
  return members(index)
    .filter((entry) => entry['status'] === 200 && entry['request_missing'] !== true && entry['kind'] === 'recording')
    .filter((entry) => !LEFT_OUT.test(JSON.stringify(entry['features'])) && !/compound/.test(String(entry['model'])))
    .map((entry) => String(entry['path']))
}

async function measure(recording: JsonObject): Promise<Sample | undefined> {
  const request = isObject(recording['request']) ? recording['request'] : {}
  const expected = isObject(recording['expected']) ? recording['expected'] : {}
  const usage = isObject(expected['usage']) ? expected['usage'] : {}
  const reported = usage['input_total']
  if (!isObject(request['body']) || typeof reported !== 'number' || reported === 0) return undefined
  if (hasMore(JSON.stringify(request['body']))) return undefined
  const chat = decode(String(recording['api']), request['body'], String(recording['model']))
  if (chat === undefined || chat.tools.some((tool) => tool.kind === 'opaque')) return undefined

  const choice = tokenizerFor(String(recording['model']))
  const parts = atOnce(promptParts(chat, choice))
  const raw = await countTexts(parts.texts, await encodings.load(choice.encoding), async () => {})
  const counted = Math.ceil((raw * choice.factor) / 1000) + parts.frame
  return {
    family: choice.name,
    id: String(recording['id']),
    messages: chat.messages.length,
    forms: parts.kind === 'forms',
    raw,
    counted,
    bound: Math.ceil((counted * (1000 + (parts.kind === 'text' ? choice.error : choice.toolsError))) / 1000),
    reported,
  }
}

function hasMore(body: string): boolean {
  return /"(image|image_url|inlineData|inline_data|fileData|file_data|document|input_audio|file|video|redacted_thinking|mcp_servers|container|search_parameters|documents|googleSearch|codeExecution|urlContext|cachedContent)"/.test(
    body,
  )
}

function decode(api: string, body: JsonObject, model: string): ChatRequest | undefined {
  try {
    if (api === 'messages') return decodeAnthropic({ model, max_tokens: 1, ...body })
    if (api === 'chat.completions') return decodeOpenai(body)
    if (api === 'generateContent' || api === 'streamGenerateContent') return decodeGemini(body, model)
    if (api === 'chat.v2')
      return decodeOpenai({ model: body['model'], messages: body['messages'], tools: body['tools'] })
  } catch {
    // Not one of the shapes this script reads; the sample is left out.
  }
  return undefined
}

function decodeGemini(body: JsonObject, model: string): ChatRequest {
  const system = body['systemInstruction'] ?? body['system_instruction']
  const contents = members(body['contents'])
  const text = (content: JsonObject) =>
    members(content['parts'])
      .map((part) =>
        typeof part['text'] === 'string'
          ? part['text']
          : JSON.stringify({ ...part, thoughtSignature: undefined, thought_signature: undefined }),
      )
      .join('')
  const messages: Message[] = contents.map((content) => ({
    role: 'user',
    content: [{ type: 'text', text: text(content) }],
  }))
  if (isObject(system)) messages.unshift({ role: 'system', content: [{ type: 'text', text: text(system) }] })
  const tools: Tool[] = members(body['tools'])
    .flatMap((tool) => members(tool['functionDeclarations'] ?? tool['function_declarations']))
    .map((tool) => ({
      kind: 'function',
      name: String(tool['name']),
      description: String(tool['description'] ?? ''),
      parameters: isObject(tool['parameters']) ? tool['parameters'] : {},
    }))
  return {
    model,
    messages,
    tools,
    stop: [],
    n: 1,
    stream: false,
    includeUsage: false,
    extras: { dialect: 'gemini', fields: new Map() },
  }
}

function members(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function report(all: readonly Sample[]): void {
  const verbose = process.argv[3]
  console.log(
    'family        what     n  median reported/counted  p95 error  within bound  (prompts of 50 tokens and more)',
  )
  for (const family of [...new Set(all.map((sample) => sample.family))].sort()) {
    for (const what of ['text', 'forms'] as const) {
      const some = all.filter((s) => s.family === family && s.forms === (what === 'forms'))
      if (verbose === family) for (const s of some) console.log(JSON.stringify(s))
      const large = some.filter((s) => s.reported >= 50)
      if (large.length === 0) continue
      const ratios = large.map((s) => s.reported / s.counted).sort((a, b) => a - b)
      const errors = large.map((s) => Math.abs(s.counted - s.reported) / s.reported).sort((a, b) => a - b)
      const median = quantile(ratios, 0.5).toFixed(3)
      const p95 = `${(quantile(errors, 0.95) * 100).toFixed(1)} %`.padStart(25)
      const within = large.filter((sample) => sample.reported <= sample.bound).length / large.length
      const share = `${(within * 100).toFixed(0)} %`.padStart(13)
      console.log(
        `${family.padEnd(13)} ${what.padEnd(6)} ${String(large.length).padStart(3)}  ${median.padStart(8)} ${p95} ${share}`,
      )
    }
  }
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
