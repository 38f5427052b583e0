import type { JsonObject } from '../../../core/json.js'
import { objectsIn } from './objects-in.js'
import { Violation } from './violation.js'

/** The members of input items, by type. */
const ITEMS: Readonly<Record<string, readonly string[]>> = {
  message: ['type', 'role', 'content', 'id', 'status', 'phase'],
  function_call: ['type', 'call_id', 'name', 'arguments', 'id', 'status', 'caller'],
  function_call_output: ['type', 'call_id', 'output', 'id', 'status'],
  reasoning: ['type', 'id', 'summary', 'content', 'encrypted_content'],
}

/** How ids of items begin. */
const IDS: Readonly<Record<string, string>> = { message: 'msg', function_call: 'fc', reasoning: 'rs' }

/** What the strict provider encrypts its thoughts to; OpenAI takes back no other. */
export const ENCRYPTED = 'gAAAAAencrypted'

/**
 * Checks input items, and that calls and their outputs belong together
 * (https://platform.openai.com/docs/guides/function-calling, https://github.com/BerriAI/litellm/issues/13420). Throws a `Violation`.
 */
export function checkItems(items: readonly JsonObject[]): void {
  for (const [index, item] of items.entries()) checkItem(item, `input[${index}]`)
  const called = items.filter(({ type }) => type === 'function_call').map(({ call_id: id }) => id)
  const answered = items.filter(({ type }) => type === 'function_call_output').map(({ call_id: id }) => id)
  const open = called.find((id) => !answered.includes(id))
  if (open !== undefined) throw new Violation(`No tool output found for function call ${open}.`, { param: 'input' })
  const stray = answered.find((id) => !called.includes(id))
  if (stray !== undefined) {
    throw new Violation(`No tool call found for function call output with call_id ${stray}.`, { param: 'input' })
  }
}

/** The words of a message or of a tool's output. */
export function itemText({ content }: JsonObject): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .map((part) => String(part['text'] ?? ''))
    .join('')
}

function checkItem(item: JsonObject, at: string): void {
  const type = String(item['type'] ?? 'message')
  const known = ITEMS[type]
  if (!known) throw new Violation(`Invalid value: '${type}'.`, { param: `${at}.type`, code: 'invalid_value' })
  const stray = Object.keys(item).find((name) => !known.includes(name))
  if (stray !== undefined) {
    throw new Violation(`Unknown parameter: '${at}.${stray}'.`, { param: `${at}.${stray}`, code: 'unknown_parameter' })
  }
  const { id } = item
  const beginning = IDS[type]
  if (id !== undefined && beginning !== undefined && !String(id).startsWith(beginning)) {
    throw new Violation(`Invalid '${at}.id': '${id}'. Expected an ID that begins with '${beginning}'.`, {
      param: `${at}.id`,
    })
  }
  if (type === 'message') checkMessage(item, at)
  if (type === 'function_call') {
    if (typeof item['call_id'] !== 'string' || typeof item['arguments'] !== 'string') {
      throw new Violation(`Missing required parameter: '${at}.call_id'.`, { param: `${at}.call_id` })
    }
    if (item['call_id'].length > 64)
      throw new Violation(`Invalid '${at}.call_id': string too long.`, { param: `${at}.call_id` })
  }
  if (type === 'reasoning') checkReasoning(item, at)
}

const PARTS: Readonly<Record<string, readonly string[]>> = {
  assistant: ['output_text', 'refusal'],
  user: ['input_text', 'input_image', 'input_file', 'input_audio'],
}

function checkMessage({ role, content }: JsonObject, at: string): void {
  if (!['user', 'assistant', 'system', 'developer'].includes(String(role))) {
    throw new Violation(`Invalid value: '${role}'.`, { param: `${at}.role` })
  }
  if (typeof content === 'string') return
  const known = PARTS[String(role)] ?? ['input_text']
  for (const [position, part] of objectsIn(content).entries()) {
    if (!known.includes(String(part['type']))) {
      const values = known.map((name) => `'${name}'`).join(' and ')
      throw new Violation(`Invalid value: '${part['type']}'. Supported values are: ${values}.`, {
        param: `${at}.content[${position}]`,
      })
    }
    if (part['type'] === 'input_image' && typeof (part['image_url'] ?? part['file_id']) !== 'string') {
      throw new Violation(`Invalid type for '${at}.content[${position}].image_url': expected a string.`)
    }
  }
}

function checkReasoning({ id, summary, encrypted_content: encrypted }: JsonObject, at: string): void {
  if (!Array.isArray(summary))
    throw new Violation(`Missing required parameter: '${at}.summary'.`, { param: `${at}.summary` })
  if (encrypted === undefined || encrypted === null) {
    const rule = 'Items are not persisted when `store` is set to false.'
    throw new Violation(`Item with id '${id}' not found. ${rule}`, { status: 404, param: 'input' })
  }
  if (encrypted !== ENCRYPTED) {
    throw new Violation(`The encrypted content for item ${id} could not be verified.`, {
      code: 'invalid_encrypted_content',
    })
  }
}
