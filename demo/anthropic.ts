import { createHash, randomBytes } from 'node:crypto'
import { answerTo, tokensOf } from './answer.js'
import { type AnthropicMaking, messageOf, type PromptUsage, streamOf } from './anthropic-answer.js'
import { type AnthropicFault, blocksOf, readAnthropicRequest } from './anthropic-request.js'
import type { AnthropicRequest } from './anthropic-schema.js'
import { type DemoOptions, type DemoReply, type DemoRequest, type DemoServer, startDemoServer } from './http-server.js'

/** Starts a stand-in for Anthropic's Messages API: exact wire format, any key, canned answers, a prompt cache. */
export function startDemoAnthropic(options: DemoOptions): Promise<DemoServer> {
  // Digests of the prompt prefixes that were marked for caching.
  const cached = new Set<string>()
  return startDemoServer(
    options,
    (request, requestId) => answer(request, requestId, cached),
    (requestId) => ({ 'request-id': requestId }),
  )
}

const NEWEST = '2026-10-21'
/** What the newest version of the API no longer takes. */
const WITHOUT_SAMPLING = ['temperature', 'top_p', 'top_k'] as const

function answer(sent: DemoRequest, requestId: string, cached: Set<string>): DemoReply {
  const { method, path, headers, body } = sent
  const refuse = (fault: AnthropicFault) => refusal(fault, requestId)
  if (path !== '/v1/messages' || method !== 'POST') {
    return refuse({ status: method === 'POST' ? 404 : 405, type: 'not_found_error', message: 'Not Found' })
  }
  // Keys come as x-api-key from most clients, as a bearer token from newer versions of the vendor's own.
  if ((headers['x-api-key'] ?? '') === '' && !/^Bearer \S+$/.test(headers.authorization ?? '')) {
    return refuse({ status: 401, type: 'authentication_error', message: 'x-api-key header is required' })
  }
  const version = headers['anthropic-version']
  if (version !== NEWEST && version !== '2023-06-01') {
    const what = version === undefined ? 'header is required' : `"${version}" is not a valid version`
    return refuse({ status: 400, type: 'invalid_request_error', message: `anthropic-version: ${what}` })
  }
  const read = readAnthropicRequest(body, version === NEWEST ? WITHOUT_SAMPLING : [])
  if (!read.ok) return refuse(read.fault)
  const making = makingOf(read.request, cached)
  if (read.request.stream === true) return { kind: 'stream', pieces: streamOf(making) }
  const tokens = making.answer.tokens.length + making.thinking.length
  return { kind: 'json', status: 200, body: messageOf(making), tokens }
}

function refusal({ status, type, message }: AnthropicFault, requestId: string): DemoReply {
  const body = { type: 'error', error: { type, message }, request_id: requestId }
  return { kind: 'json', status, body, tokens: 0 }
}

function makingOf(request: AnthropicRequest, cached: Set<string>): AnthropicMaking {
  const { thinking, tools = [], output_config: output } = request
  const schema = output?.format?.schema
  const turn = lastTurn(request)
  const thoughts = thinking === undefined || thinking.type === 'disabled' ? '' : thoughtsOn(turn.text)
  return {
    id: `msg_01${randomBytes(11).toString('hex')}`,
    model: datedName(request.model),
    thinking: tokensOf(thoughts),
    answer: answerTo({
      provider: 'Anthropic',
      ...turn,
      tools: tools.map(({ name, input_schema: schema }) => ({ name, schema: JSON.parse(JSON.stringify(schema)) })),
      toolChoice: toolChoiceOf(request),
      stop: request.stop_sequences ?? [],
      maxTokens: Math.max(1, request.max_tokens - tokensOf(thoughts).length),
      ...(schema === undefined ? {} : { format: schema }),
    }),
    prompt: promptUsage(request, cached),
  }
}

function thoughtsOn(prompt: string): string {
  return `The prompt has ${tokensOf(prompt).length} tokens. A short and friendly answer will do.`
}

function lastTurn({ messages }: AnthropicRequest): { text: string; from: 'user' | 'tool' } {
  const blocks = blocksOf(messages.findLast(({ role }) => role === 'user')?.content ?? '')
  const result = blocks.findLast((block) => block.type === 'tool_result')
  const said = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('')
  if (result === undefined) return { text: said, from: 'user' }
  const { content = '' } = result
  const texts =
    typeof content === 'string' ? content : content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return { text: texts, from: 'tool' }
}

function toolChoiceOf({ tool_choice: choice }: AnthropicRequest): 'auto' | 'none' | 'required' | { name: string } {
  switch (choice?.type) {
    case 'any':
      return 'required'
    case 'tool':
      return { name: choice.name }
    case 'none':
      return 'none'
    case 'auto':
    case undefined:
      return 'auto'
  }
}

/** Tokens of the prompt in the order in which the vendor caches it: tools, system, turns. */
function promptUsage({ tools = [], system = [], messages }: AnthropicRequest, cached: Set<string>): PromptUsage {
  const units: readonly Unit[] = [
    ...tools,
    ...blocksOf(system),
    ...messages.flatMap(({ content }) => blocksOf(content)),
  ]
  const sizes = units.map((unit) => ('source' in unit ? 250 : tokensOf(JSON.stringify(unit)).length))
  const sum = (from: number, to: number) => sizes.slice(from, to).reduce((all, size) => all + size, 0)

  const marked = units.findLastIndex(({ cache_control: mark }) => mark !== undefined && mark !== null) + 1
  const oneHour = marked > 0 && units[marked - 1]?.cache_control?.ttl === '1h'
  const prefix = createHash('sha256')
    .update(JSON.stringify(units.slice(0, marked)))
    .digest('hex')
  const isRead = cached.has(prefix)
  if (marked > 0) cached.add(prefix)
  const inCache = sum(0, marked)
  return {
    input: sum(marked, units.length),
    cacheRead: isRead ? inCache : 0,
    cacheWrite5m: isRead || oneHour ? 0 : inCache,
    cacheWrite1h: !isRead && oneHour ? inCache : 0,
  }
}

interface Unit {
  readonly cache_control?: { readonly ttl?: '5m' | '1h' | undefined } | null | undefined
}

/** The vendor answers with the snapshot that an alias stands for. */
function datedName(model: string): string {
  const snapshots: Readonly<Record<string, string>> = {
    'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
    'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
    'claude-opus-4-5': 'claude-opus-4-5-20251101',
  }
  return snapshots[model] ?? model
}
