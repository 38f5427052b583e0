import type { ChatRequest, ResponseFormat, Tool, ToolChoice } from '../../../core/chat.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import { fewAt } from '../shared/words.js'
import { NAME } from './name.js'

/** Units that a tool takes. */
const TOOL = 12

/** Reads `tools`, in steps. Tools that run at the provider, and sets of tools, are kept as opaque. */
export function* decodeTools(body: Fields, note: Note): Steps<readonly Tool[]> {
  return yield* mapInSteps(body.array('tools') ?? [], TOOL, (value, index): Tool => {
    const tool = fieldsOf(value, `tools[${index}]`)
    switch (tool.required('type', tool.string('type'))) {
      case 'function':
        return functionTool(tool, note)
      case 'custom':
        return customTool(tool, note)
      default:
        return { kind: 'opaque', dialect: NAME, value: isObject(value) ? value : {} }
    }
  })
}

function functionTool(tool: Fields, note: Note): Tool {
  // Some clients send Chat Completions' form; OpenAI accepts it.
  const holder = tool.raw('parameters') === undefined ? (tool.fields('function') ?? tool) : tool
  const read: Tool = defined({
    kind: 'function',
    name: tool.string('name') ?? holder.required('name', holder.string('name')),
    description: holder.string('description'),
    parameters: holder.object('parameters'),
    strict: holder.boolean('strict'),
  })
  noteRest(tool, note)
  return read
}

function customTool(tool: Fields, note: Note): Tool {
  const name = tool.required('name', tool.string('name'))
  const format = tool.object('format')
  const read: Tool = defined({
    kind: 'custom',
    name,
    description: tool.string('description'),
    format: format === undefined ? undefined : nestedFormat(format),
  })
  noteRest(tool, note)
  return read
}

/** The vocabulary has Chat Completions' form, with the grammar in an object of its own. */
function nestedFormat({ type, ...grammar }: JsonObject): JsonObject {
  return type === 'grammar' ? { type, grammar } : defined({ type, ...grammar })
}

/** What these tools may search the web for; `max_tool_calls` bounds the calls of all of them together. */
export function webSearchOf(tools: readonly Tool[], most: number | undefined): ChatRequest['webSearch'] {
  const searches = tools.some((tool) => {
    const type = tool.kind === 'opaque' ? tool.value.type : undefined
    return typeof type === 'string' && type.startsWith('web_search')
  })
  if (!searches) return undefined
  return most === undefined ? { dialect: NAME } : { dialect: NAME, most }
}

const WORDS = ['auto', 'none', 'required'] as const

/** Reads `tool_choice`; a choice of tools that run at the provider is noted. */
export function decodeToolChoice(body: Fields, note: Note): ToolChoice | undefined {
  const value = body.raw('tool_choice')
  if (value === undefined) return undefined
  if (typeof value === 'string') {
    const mode = WORDS.find((word) => word === value)
    if (mode === undefined) throw malformed('tool_choice', `must be one of ${WORDS.join(', ')}, or an object`)
    return { mode }
  }
  const choice = fieldsOf(value, 'tool_choice')
  const type = choice.required('type', choice.string('type'))
  if (type === 'function' || type === 'custom') {
    const name = choice.required('name', choice.string('name'))
    noteRest(choice, note)
    return { mode: 'named', name, kind: type }
  }
  const allowed = type === 'allowed_tools' ? allowedTools(choice) : undefined
  if (allowed === undefined) note('tool_choice', value)
  return allowed
}

/** Undefined when tools without a name are among them. */
function allowedTools(choice: Fields): ToolChoice | undefined {
  const require = choice.oneOf('mode', ['auto', 'required'] as const) ?? 'auto'
  const tools = fewAt(choice.required('tools', choice.array('tools')), choice.at('tools'))
  const names = tools.flatMap((tool) => (isObject(tool) && typeof tool.name === 'string' ? [tool.name] : []))
  return names.length === tools.length ? { mode: 'allowed', require, names } : undefined
}

/** Reads `text.format`; one of a type that the vocabulary has no word for is noted. */
export function decodeFormat(text: Fields, note: Note): ResponseFormat | undefined {
  const format = text.fields('format')
  if (format === undefined) return undefined
  switch (format.required('type', format.string('type'))) {
    case 'text':
      return { type: 'text' }
    case 'json_object':
      return { type: 'json' }
    case 'json_schema': {
      const read: ResponseFormat = {
        type: 'json-schema',
        name: format.required('name', format.string('name')),
        description: format.string('description'),
        schema: format.required('schema', format.object('schema')),
        strict: format.boolean('strict'),
      }
      noteRest(format, note)
      return defined(read)
    }
    default:
      note('text.format', text.raw('format'))
      return undefined
  }
}
