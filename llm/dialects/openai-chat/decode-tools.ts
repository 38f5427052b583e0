import type { ResponseFormat, Tool, ToolChoice } from '../../../core/chat.js'
import { isObject, type JsonValue } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { cacheMarker } from '../shared/cache-marker.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import { fewAt } from '../shared/words.js'
import { NAME } from './name.js'

/** Units that a tool takes. */
const TOOL = 12

/** Reads `tools` and the older `functions`, in steps. Tools that run at the provider are kept as opaque. */
export function* decodeTools(body: Fields, note: Note): Steps<readonly Tool[]> {
  const written = body.array('tools')
  const tools =
    written === undefined
      ? []
      : yield* mapInSteps(written, TOOL, (tool, index) => decodeTool(tool, `tools[${index}]`, note))
  const functions = body.array('functions')
  if (functions === undefined) return tools
  const older = yield* mapInSteps(functions, TOOL, (tool, index) =>
    functionTool(fieldsOf(tool, `functions[${index}]`), undefined, note),
  )
  return [...tools, ...older]
}

function decodeTool(value: JsonValue, path: string, note: Note): Tool {
  const tool = fieldsOf(value, path)
  const type = tool.string('type')
  // Mistral's clients leave the type out.
  if (type === 'function' || (type === undefined && tool.raw('function') !== undefined)) {
    const cacheControl = isObject(value) ? cacheMarker(value) : undefined
    const read = functionTool(tool.required('function', tool.fields('function')), cacheControl, note)
    tool.raw('cache_control')
    noteRest(tool, note)
    return read
  }
  if (type === 'custom') {
    const custom = tool.required('custom', tool.fields('custom'))
    const name = custom.required('name', custom.string('name'))
    const read = {
      kind: 'custom',
      name,
      description: custom.string('description'),
      format: custom.object('format'),
    } as const
    noteRest(custom, note)
    noteRest(tool, note)
    return defined(read)
  }
  if (type === undefined || !isObject(value)) throw malformed(`${path}.type`, 'is required')
  return { kind: 'opaque', dialect: NAME, value }
}

function functionTool(tool: Fields, marker: JsonValue | undefined, note: Note): Tool {
  const read = {
    kind: 'function',
    name: tool.required('name', tool.string('name')),
    description: tool.string('description'),
    parameters: tool.object('parameters'),
    strict: tool.boolean('strict'),
    cacheControl: marker ?? tool.object('cache_control'),
  } as const
  noteRest(tool, note)
  return defined(read)
}

const WORDS = { auto: 'auto', none: 'none', required: 'required', any: 'required' } as const
const isWord = (word: string): word is keyof typeof WORDS => Object.hasOwn(WORDS, word)

/** Reads `tool_choice`, or the older `function_call` where it is absent. */
export function decodeToolChoice(body: Fields, note: Note): ToolChoice | undefined {
  const name = body.raw('tool_choice') === undefined ? 'function_call' : 'tool_choice'
  const value = body.raw(name)
  if (value === undefined) return undefined
  if (typeof value === 'string') {
    if (!isWord(value)) throw malformed(name, 'must be one of auto, none, required, or an object')
    return { mode: WORDS[value] }
  }
  const choice = fieldsOf(value, name)
  if (name === 'function_call') return named(choice, 'function')
  const read = choiceIn(choice)
  noteRest(choice, note)
  return read
}

function choiceIn(choice: Fields): ToolChoice {
  const type = choice.oneOf('type', ['function', 'custom', 'allowed_tools', 'tool'] as const) ?? 'function'
  switch (type) {
    case 'function':
      return named(choice.required('function', choice.fields('function')), 'function')
    case 'custom':
      return named(choice.required('custom', choice.fields('custom')), 'custom')
    case 'tool': // Anthropic's form, which some clients send unchanged
      return named(choice, 'function')
    case 'allowed_tools':
      return allowedTools(choice)
  }
}

function named(holder: Fields, kind: 'function' | 'custom'): ToolChoice {
  return { mode: 'named', name: holder.required('name', holder.string('name')), kind }
}

function allowedTools(choice: Fields): ToolChoice {
  const allowed = choice.required('allowed_tools', choice.fields('allowed_tools'))
  const tools = allowed.required('tools', allowed.array('tools'))
  const names = fewAt(tools, allowed.at('tools')).map((value, index) => {
    const tool = fieldsOf(value, `${allowed.at('tools')}[${index}]`)
    const holder = tool.fields('function') ?? tool.fields('custom') ?? tool
    return holder.required('name', holder.string('name'))
  })
  return { mode: 'allowed', require: allowed.oneOf('mode', ['auto', 'required'] as const) ?? 'auto', names }
}

/**
 * Reads `response_format`; undefined when it is absent or of a type that this vocabulary has no word for, which then stays
 * among the extras.
 */
export function decodeResponseFormat(value: JsonValue | undefined, note: Note): ResponseFormat | undefined {
  if (value === undefined || value === null) return undefined
  const format = fieldsOf(value, 'response_format')
  const type = format.required('type', format.string('type'))
  switch (type) {
    case 'text':
      return { type: 'text' }
    case 'json_object': {
      // Together and llama.cpp put the schema right here.
      const schema = format.object('schema')
      return schema === undefined ? { type: 'json' } : { type: 'json-schema', name: 'response', schema }
    }
    case 'json_schema': {
      const spec = format.required('json_schema', format.fields('json_schema'))
      const read: ResponseFormat = {
        type: 'json-schema',
        // Perplexity's clients give no name; OpenAI requires one.
        name: spec.string('name') ?? 'response',
        description: spec.string('description'),
        schema: spec.object('schema'),
        strict: spec.boolean('strict'),
      }
      noteRest(spec, note)
      noteRest(format, note)
      return defined(read)
    }
    default:
      return undefined
  }
}
