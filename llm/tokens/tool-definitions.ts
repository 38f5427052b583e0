import type { Tool } from '../../core/chat.js'
import { isList, isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import { jsonText } from '../../core/json-writer.js'
import { LongText } from '../../core/text-pieces.js'
import { eachInSteps, ITEMS_TOGETHER, type Steps } from '../../core/turns.js'

/** Schemas nested deeper than this are written as `any`. */
const DEEPEST = 32

/** JSON Schema has so many types. */
const TYPES = 7

/** Units that a tool takes, a property, and an item of a list; and characters to one. */
const TOOL = 16
const PROPERTY = 10
const ITEM = 2
const PER_UNIT = 64

/** Text that is being written, and the units of work since it last gave way. */
class Definitions {
  readonly text = new LongText()
  worked = 0
}

/**
 * Tool definitions as OpenAI's models see them, in steps: a TypeScript namespace (a notation the vendor never documented; this
 * form is what the community measured against reported usage).
 */
export function* toolsAsTypescript(tools: readonly Tool[]): Steps<string> {
  const made = new Definitions()
  made.text.add('namespace functions {\n\n')
  for (const tool of tools) {
    yield TOOL
    yield* addDefinition(made, tool)
    made.text.add('\n\n')
  }
  made.text.add('} // namespace functions')
  return made.text.end()
}

/** Tool definitions as JSON, the form in which other vendors' models are charged for them; in steps. */
export function* toolsAsJson(tools: readonly Tool[]): Steps<string> {
  const texts: string[] = []
  for (const tool of tools) {
    yield TOOL
    texts.push(yield* jsonText(tool.kind === 'opaque' ? tool.value : wireForm(tool)))
  }
  return texts.join('\n')
}

function wireForm(tool: Exclude<Tool, { readonly kind: 'opaque' }>): JsonObject {
  const shape = tool.kind === 'function' ? { parameters: tool.parameters } : { format: tool.format }
  return { name: tool.name, description: tool.description, ...shape }
}

function* addDefinition(made: Definitions, tool: Tool): Steps<void> {
  const { text } = made
  if (tool.kind === 'opaque') return text.add(yield* jsonText(tool.value))
  const { name, description } = tool
  if (description) text.add(`// ${description}\n`)
  if (tool.kind === 'custom') {
    text.add(`type ${name} = (FREEFORM) => any;\n`)
    return text.add(yield* jsonText(tool.format ?? {}))
  }
  const properties = tool.parameters?.['properties']
  if (!isObject(properties) || Object.keys(properties).length === 0) return text.add(`type ${name} = () => any;`)
  text.add(`type ${name} = (_: {\n`)
  yield* addProperties(made, tool.parameters ?? {}, 0)
  text.add('\n}) => any;')
}

function* addProperties(made: Definitions, schema: JsonObject, depth: number): Steps<void> {
  const { properties, required: listed } = schema
  if (!isObject(properties)) return
  const required = new Set<JsonValue>()
  if (isList(listed)) yield* eachInSteps(listed, itemUnits, (name) => required.add(name))
  const indent = ' '.repeat(depth)
  let before = indent
  for (const name of Object.keys(properties)) {
    const member = properties[name]
    const described = isObject(member) ? member['description'] : undefined
    const comment = typeof described === 'string' && described !== '' ? `// ${described}\n${indent}` : ''
    made.worked += PROPERTY + (name.length + comment.length) / PER_UNIT
    if (made.worked >= ITEMS_TOGETHER) {
      yield made.worked
      made.worked = 0
    }
    made.text.add(`${before}${comment}${name}${required.has(name) ? '' : '?'}: `)
    yield* addType(made, member, depth)
    made.text.add(',')
    before = `\n${indent}`
  }
}

const itemUnits = () => ITEM

function* addType(made: Definitions, schema: JsonValue | undefined, depth: number): Steps<void> {
  if (!isObject(schema) || depth > DEEPEST) return made.text.add('any')
  const { enum: values, type } = schema
  if (isList(values)) {
    return yield* addAlternatives(made, values, function* (value) {
      made.text.add(yield* jsonText(value))
    })
  }
  const choices = schema['anyOf'] ?? schema['oneOf']
  if (isList(choices)) return yield* addAlternatives(made, choices, (choice) => addType(made, choice, depth))
  if (!isList(type)) return yield* addTyped(made, schema, type, depth)
  // Each at most once: alternatives that are nested in both of two equal ones would double with every level.
  const types = type.length > TYPES ? ['any'] : [...new Set(type)]
  yield* addAlternatives(made, types, (word) => addTyped(made, schema, word, depth + 1))
}

/** What of the schema is of one type. */
function* addTyped(made: Definitions, schema: JsonObject, type: JsonValue | undefined, depth: number): Steps<void> {
  const { text } = made
  switch (type) {
    case 'integer':
    case 'number':
      return text.add('number')
    case 'string':
    case 'boolean':
    case 'null':
      return text.add(type)
    case 'array':
      yield* addType(made, schema['items'], depth)
      return text.add('[]')
    case 'object':
      text.add('{\n')
      yield* addProperties(made, schema, depth + 2)
      return text.add(`\n${' '.repeat(depth)}}`)
    default:
      return text.add('any')
  }
}

function* addAlternatives<T>(made: Definitions, items: readonly T[], add: (item: T) => Steps<void>): Steps<void> {
  for (let index = 0; index < items.length; index++) {
    if (index > 0) made.text.add(' | ')
    made.worked += ITEM
    if (made.worked >= ITEMS_TOGETHER) {
      yield made.worked
      made.worked = 0
    }
    yield* add(items[index] as T)
  }
}
