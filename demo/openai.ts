import { randomBytes } from 'node:crypto'
import { answerTo, tokensOf } from './answer.js'
import { type DemoOptions, type DemoReply, type DemoRequest, type DemoServer, startDemoServer } from './http-server.js'
import { completionOf, type OpenaiMaking, streamOf } from './openai-answer.js'
import { type OpenaiFault, readOpenaiRequest } from './openai-request.js'
import type { OpenaiRequest } from './openai-schema.js'

/** Starts a stand-in for OpenAI's chat completions API: exact wire format, any bearer key, canned answers. */
export function startDemoOpenai(options: DemoOptions): Promise<DemoServer> {
  return startDemoServer(options, answer, (requestId) => ({
    'x-request-id': requestId,
    'openai-version': '2020-10-01',
    'openai-processing-ms': '12',
  }))
}

function answer({ method, path, headers, body }: DemoRequest): DemoReply {
  if (!/^Bearer \S+$/.test(headers.authorization ?? '')) {
    return refusal({ ...FAULT, status: 401, message: 'No API key: send it as "Authorization: Bearer KEY".' })
  }
  if (path !== '/v1/chat/completions') {
    return refusal({ ...FAULT, status: 404, message: `Invalid URL (${method} ${path})` })
  }
  if (method !== 'POST') {
    return refusal({
      ...FAULT,
      status: 405,
      message: `Not allowed to ${method} on ${path}`,
      code: 'method_not_supported',
    })
  }
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
    return refusal({ ...FAULT, status: 415, message: 'The content type must be application/json.' })
  }
  const read = readOpenaiRequest(body)
  if (!read.ok) return refusal(read.fault)
  const making = makingOf(read.request)
  if (read.request.stream === true) return { kind: 'stream', pieces: streamOf(making) }
  return { kind: 'json', status: 200, body: completionOf(making), tokens: making.answer.tokens.length }
}

const FAULT: OpenaiFault = { status: 400, message: '', type: 'invalid_request_error', param: null, code: null }

function refusal({ status, message, type, param, code }: OpenaiFault): DemoReply {
  return { kind: 'json', status, body: { error: { message, type, param, code } }, tokens: 0 }
}

function makingOf(request: OpenaiRequest): OpenaiMaking {
  const { stop, max_completion_tokens: most, max_tokens: older } = request
  const maxTokens = most ?? older ?? undefined
  const format = formatOf(request)
  const answer = answerTo({
    provider: 'OpenAI',
    ...lastTurn(request),
    tools: (request.tools ?? []).flatMap((tool) =>
      tool.type === 'function' ? [{ name: tool.function.name, schema: tool.function.parameters ?? {} }] : [],
    ),
    toolChoice: toolChoiceOf(request),
    stop: typeof stop === 'string' ? [stop] : (stop ?? []),
    ...(format === undefined ? {} : { format }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  })
  return {
    id: `chatcmpl-${randomBytes(15).toString('base64url')}`,
    created: Math.floor(Date.now() / 1000),
    model: datedName(request.model),
    choices: request.n ?? 1,
    answer,
    promptTokens: promptTokens(request),
    includeUsage: request.stream_options?.include_usage === true,
    topLogprobs: request.logprobs === true ? (request.top_logprobs ?? 0) : undefined,
  }
}

function lastTurn({ messages }: OpenaiRequest): { text: string; from: 'user' | 'tool' } {
  const last = messages.at(-1)
  if (last?.role === 'tool') return { text: textOf(last.content), from: 'tool' }
  const user = messages.findLast(({ role }) => role === 'user')
  return { text: textOf(user?.content), from: 'user' }
}

type Content = OpenaiRequest['messages'][number]['content']

function textOf(content: Content): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}

function toolChoiceOf({
  tool_choice: choice = 'auto',
}: OpenaiRequest): 'auto' | 'none' | 'required' | { name: string } {
  if (typeof choice === 'string') return choice
  switch (choice.type) {
    case 'function':
      return { name: choice.function.name }
    case 'custom':
      return { name: choice.custom.name }
    case 'allowed_tools':
      return choice.allowed_tools.mode
  }
}

function formatOf({ response_format: format }: OpenaiRequest) {
  if (format?.type === 'json_object') return 'object'
  return format?.type === 'json_schema' ? format.json_schema.schema : undefined
}

/** Every message costs three tokens beside its text, and the answer's opening three more; an image costs 85. */
function promptTokens({ messages, tools }: OpenaiRequest): number {
  const perMessage = messages.map((message) => {
    const images = Array.isArray(message.content)
      ? message.content.filter(({ type }) => type === 'image_url').length
      : 0
    const calls = message.role === 'assistant' ? JSON.stringify(message.tool_calls ?? '') : ''
    return 3 + 85 * images + tokensOf(textOf(message.content)).length + tokensOf(calls).length
  })
  const described = tools === undefined ? 0 : tokensOf(JSON.stringify(tools)).length
  return perMessage.reduce((sum, tokens) => sum + tokens, 3 + described)
}

/** The vendor answers with the snapshot that an alias stands for. */
function datedName(model: string): string {
  const snapshots: Readonly<Record<string, string>> = {
    'gpt-4o': 'gpt-4o-2024-08-06',
    'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
    'gpt-4.1': 'gpt-4.1-2025-04-14',
    'gpt-5': 'gpt-5-2025-08-07',
  }
  return snapshots[model] ?? model
}
