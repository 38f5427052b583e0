import { type AnthropicRequest, anthropicRequest } from './anthropic-schema.js'

/** Why a request is refused, in Anthropic's words: status, error type and message. */
export interface AnthropicFault {
  readonly status: number
  readonly type: 'invalid_request_error' | 'authentication_error' | 'not_found_error'
  readonly message: string
}

type Read =
  | { readonly ok: true; readonly request: AnthropicRequest }
  | { readonly ok: false; readonly fault: AnthropicFault }

/**
 * Reads a request body strictly: shape first, then the rules between members and between turns. `removed` are members
 * that the version of the API asked for no longer has.
 */
export function readAnthropicRequest(body: string, removed: readonly (keyof AnthropicRequest)[]): Read {
  const json = parsed(body)
  if (json === undefined) return { ok: false, fault: invalid('The request body is not valid JSON.') }
  const read = anthropicRequest.safeParse(json)
  if (!read.success) {
    const [issue] = read.error.issues
    const path = (issue?.path ?? []).map(String)
    if (issue?.code === 'unrecognized_keys') {
      return { ok: false, fault: invalid(`${[...path, issue.keys[0]].join('.')}: Extra inputs are not permitted`) }
    }
    return { ok: false, fault: invalid(`${path.join('.')}: ${issue?.message}`) }
  }
  const unknown = removed.find((name) => read.data[name] !== undefined)
  if (unknown !== undefined) return { ok: false, fault: invalid(`${unknown}: Extra inputs are not permitted`) }
  const fault = brokenRule(read.data) ?? brokenTurns(read.data.messages)
  return fault === undefined ? { ok: true, request: read.data } : { ok: false, fault }
}

function brokenRule(request: AnthropicRequest): AnthropicFault | undefined {
  const { model, thinking, temperature, top_k: topK, tool_choice: choice, tools, max_tokens: most } = request
  if (!model.startsWith('claude-')) return { status: 404, type: 'not_found_error', message: `model: ${model}` }
  if (choice !== undefined && (tools ?? []).length === 0) return invalid('tool_choice: needs tools')
  if (choice?.type === 'tool' && !tools?.some(({ name }) => name === choice.name)) {
    return invalid(`tool_choice: tool '${choice.name}' is not among tools`)
  }
  if (thinking === undefined || thinking.type === 'disabled') return undefined
  if (thinking.type === 'enabled' && thinking.budget_tokens >= most) {
    return invalid('max_tokens: must be greater than thinking.budget_tokens')
  }
  if (temperature !== undefined && temperature !== 1) return invalid('temperature: must be 1 when thinking is enabled')
  if (topK !== undefined) return invalid('top_k: must be unset when thinking is enabled')
  if (choice?.type === 'any' || choice?.type === 'tool') return invalid('tool_choice: thinking forbids forced tool use')
  return undefined
}

type Turn = AnthropicRequest['messages'][number]
type Block = Exclude<Turn['content'], string>[number]

/** A turn's content as blocks; a bare string is one text block. */
export function blocksOf(content: Turn['content']): readonly Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

/**
 * Roles alternate from `user` on (the vendor's own API joins neighbours today, hosts of its models do not), and every
 * tool use is answered at the head of the next turn.
 */
function brokenTurns(turns: readonly Turn[]): AnthropicFault | undefined {
  let open: readonly string[] = []
  for (const [index, turn] of turns.entries()) {
    const at = `messages.${index}`
    if (turn.role !== (index % 2 === 0 ? 'user' : 'assistant')) {
      if (index === 0) return invalid('messages: first message must use the "user" role')
      return invalid(`messages: roles must alternate between "user" and "assistant", but ${at} does not`)
    }
    const blocks = blocksOf(turn.content)
    const isPrefill = turn.role === 'assistant' && index === turns.length - 1
    if (blocks.length === 0 && !isPrefill) return invalid(`${at}: content must not be empty`)
    const fault = brokenBlocks(turn, blocks, at) ?? brokenResults(blocks, open, at)
    if (fault !== undefined) return fault
    open = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
    const last = blocks.at(-1)
    if (isPrefill && last?.type === 'text' && /\s$/.test(last.text)) {
      return invalid('messages: final assistant content cannot end with trailing whitespace')
    }
  }
  if (open.length > 0) return invalid(unanswered(`messages.${turns.length - 1}`, open))
  return undefined
}

function brokenBlocks(turn: Turn, blocks: readonly Block[], at: string): AnthropicFault | undefined {
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'text' && block.text === '') {
      return invalid(`${at}.content.${index}: text content blocks must be non-empty`)
    }
    const assistants = block.type === 'tool_use' || block.type === 'thinking' || block.type === 'redacted_thinking'
    const users = block.type === 'tool_result' || block.type === 'image' || block.type === 'document'
    if (turn.role === 'user' ? assistants : users) {
      return invalid(`${at}.content.${index}: \`${block.type}\` blocks are not allowed in ${turn.role} turns`)
    }
  }
  return undefined
}

function brokenResults(blocks: readonly Block[], open: readonly string[], at: string): AnthropicFault | undefined {
  const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []))
  const stray = results.find((id) => !open.includes(id))
  if (stray !== undefined) {
    return invalid(`${at}: unexpected \`tool_use_id\` in \`tool_result\` blocks: ${stray} is not in the turn before`)
  }
  if (new Set(results).size < results.length) return invalid(`${at}: each \`tool_use\` must have a single result`)
  const missing = open.filter((id) => !results.includes(id))
  if (missing.length > 0) return invalid(unanswered(at, missing))
  const head = blocks.slice(0, results.length)
  if (head.some(({ type }) => type !== 'tool_result')) return invalid(`${at}: \`tool_result\` blocks must come first`)
  return undefined
}

function unanswered(at: string, ids: readonly string[]): string {
  return `${at}: \`tool_use\` ids without \`tool_result\` blocks immediately after: ${ids.join(', ')}`
}

function invalid(message: string): AnthropicFault {
  return { status: 400, type: 'invalid_request_error', message }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
