import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { objectsIn } from './objects-in.js'
import { Violation } from './violation.js'

/**
 * Checks messages as Anthropic does (https://docs.anthropic.com/en/api/messages,
 * https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use). Turns of one role that follow each other are
 * taken as one. Throws a `Violation`.
 */
export function checkAnthropicMessages(messages: readonly JsonObject[]): void {
  if (messages.length === 0) throw new Violation('messages: at least one message is required')
  for (const [index, message] of messages.entries()) {
    checkRole(message, index)
    for (const [position, block] of objectsIn(message['content']).entries()) {
      checkBlock(block, String(message['role']), `messages.${index}.content.${position}`)
    }
  }
  const turns = turnsOf(messages)
  if (turns[0]?.role !== 'user') throw new Violation('messages: first message must use the "user" role')
  for (const [index, turn] of turns.entries()) {
    checkPair(turn, turns[index + 1], index)
    checkThinking(turn, index)
  }
  const end = turns.at(-1)
  const text = end?.role === 'assistant' ? end.blocks.at(-1)?.['text'] : undefined
  if (typeof text === 'string' && /\s$/.test(text)) {
    throw new Violation('messages: final assistant content cannot end with trailing whitespace')
  }
}

/** The words in content, joined. */
export function textOf(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .map((block) => (block['type'] === 'text' ? String(block['text']) : ''))
    .join('')
}

interface Turn {
  readonly role: string
  readonly blocks: readonly JsonObject[]
}

function turnsOf(messages: readonly JsonObject[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const { role, content } of messages) {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : objectsIn(content)
    const last = turns.at(-1)
    if (last && last.role === role) turns[turns.length - 1] = { role: last.role, blocks: [...last.blocks, ...blocks] }
    else turns.push({ role: String(role), blocks })
  }
  return turns
}

function checkRole({ role, content }: JsonObject, index: number): void {
  if (role !== 'user' && role !== 'assistant') {
    throw new Violation(
      `messages: Unexpected role "${role}". The Messages API accepts a top-level \`system\` parameter.`,
    )
  }
  if (typeof content !== 'string' && !Array.isArray(content))
    throw new Violation(`messages.${index}.content: Field required`)
  if (content.length === 0) throw new Violation(`messages.${index}: all messages must have non-empty content`)
}

/** The kinds of blocks, with all their members. */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  text: ['type', 'text', 'cache_control', 'citations'],
  image: ['type', 'source', 'cache_control'],
  document: ['type', 'source', 'cache_control', 'citations', 'context', 'title'],
  tool_use: ['type', 'id', 'name', 'input', 'cache_control', 'caller'],
  tool_result: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
  thinking: ['type', 'thinking', 'signature'],
  redacted_thinking: ['type', 'data'],
}

const OF_ROLE: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image', 'document', 'tool_result'],
  assistant: ['text', 'tool_use', 'thinking', 'redacted_thinking'],
}

function checkBlock(block: JsonObject, role: string, at: string): void {
  const type = String(block['type'])
  if (!OF_ROLE[role]?.includes(type))
    throw new Violation(`${at}: \`${type}\` blocks are not permitted in \`${role}\` messages`)
  for (const name of Object.keys(block)) {
    if (!BLOCKS[type]?.includes(name)) throw new Violation(`${at}.${type}.${name}: Extra inputs are not permitted`)
  }
  if (type === 'text' && (typeof block['text'] !== 'string' || block['text'] === '')) {
    throw new Violation('messages: text content blocks must be non-empty')
  }
  if (type === 'tool_use') {
    checkId(block['id'], `${at}.tool_use.id`)
    if (!isObject(block['input'])) throw new Violation(`${at}.tool_use.input: Input should be a valid dictionary`)
  }
  if (type === 'tool_result') checkId(block['tool_use_id'], `${at}.tool_result.tool_use_id`)
  if (type === 'image') checkImage(block['source'], at)
  if (type === 'thinking' && (typeof block['signature'] !== 'string' || !/^sig-/.test(block['signature']))) {
    throw new Violation(`${at}: Invalid \`signature\` in \`thinking\` block`)
  }
}

function checkId(id: JsonValue | undefined, at: string): void {
  if (typeof id !== 'string' || !/^[a-zA-Z0-9_-]+$/.test(id)) {
    throw new Violation(`${at}: String should match pattern '^[a-zA-Z0-9_-]+$'`)
  }
}

const IMAGES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

function checkImage(source: JsonValue | undefined, at: string): void {
  const type = isObject(source) ? source['type'] : undefined
  if (!isObject(source) || !['base64', 'url', 'file'].includes(String(type)))
    throw new Violation(`${at}.image.source: Field required`)
  if (type !== 'base64') return
  if (!IMAGES.includes(String(source['media_type']))) {
    throw new Violation(
      `${at}.image.source.base64.media_type: Input should be ${IMAGES.map((name) => `'${name}'`).join(', ')}`,
    )
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(String(source['data'])))
    throw new Violation(`${at}.image.source.base64.data: Invalid base64`)
}

/** Every call is answered in the very next message, results first; no result comes without its call. */
function checkPair(turn: Turn, next: Turn | undefined, index: number): void {
  const calls = turn.blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
  if (new Set(calls).size < calls.length) throw new Violation('messages: `tool_use` ids must be unique')
  const results = (next?.blocks ?? []).filter(({ type }) => type === 'tool_result').map(({ tool_use_id: id }) => id)
  const open = calls.filter((id) => !results.includes(id))
  if (open.length > 0) {
    const rule = 'Each `tool_use` block must have a corresponding `tool_result` block in the next message.'
    throw new Violation(
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. ${rule}`,
    )
  }
  const stray = results.find((id) => !calls.includes(id))
  if (stray !== undefined || (index === 0 && turn.blocks.some(({ type }) => type === 'tool_result'))) {
    const rule = 'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.'
    throw new Violation(
      `messages.${index + 1}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. ${rule}`,
    )
  }
  const first = next?.blocks.findIndex(({ type }) => type !== 'tool_result') ?? -1
  const late = first !== -1 && next?.blocks.slice(first).some(({ type }) => type === 'tool_result')
  if (late) throw new Violation(`messages.${index + 1}: \`tool_result\` blocks must come first in the content`)
}

function checkThinking({ role, blocks }: Turn, index: number): void {
  if (role !== 'assistant') return
  const thinks = ({ type }: JsonObject) => type === 'thinking' || type === 'redacted_thinking'
  if (blocks.length > 0 && blocks.at(-1) !== undefined && thinks(blocks.at(-1) ?? {})) {
    throw new Violation(`messages.${index}: The final block in an assistant message cannot be \`thinking\`.`)
  }
  const [first] = blocks
  if (first && blocks.some(thinks) && !thinks(first)) {
    const rule = 'the first block must be `thinking` or `redacted_thinking`'
    throw new Violation(
      `messages.${index}.content.0: If an assistant message contains any thinking blocks, ${rule}. Found \`${first['type']}\`.`,
    )
  }
}
