import type { Tool } from '../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'

/** Schemas nested deeper than this are written as `any`. */
const DEEPEST = 32

/**
 * Tool definitions as OpenAI's models see them: a TypeScript namespace (a notation the vendor never documented; this
 * form is what the community measured against reported usage).
 */
export function toolsAsTypescript(tools: readonly Tool[]): string {
  return ['namespace functions {', '', ...tools.flatMap(definition), '} // namespace functions'].join('\n')
}

/** Tool definitions as JSON, the form in which other vendors' models are charged for them. */
export function toolsAsJson(tools: readonly Tool[]): string {
  return tools.map((tool) => JSON.stringify(tool.kind === 'opaque' ? tool.value : wireForm(tool))).join('\n')
}

function wireForm(tool: Exclude<Tool, { readonly kind: 'opaque' }>): JsonObject {
  const shape = tool.kind === 'function' ? { parameters: tool.parameters } : { format: tool.format }
  return { name: tool.name, description: tool.description, ...shape }
}

function definition(tool: Tool): readonly string[] {
  switch (tool.kind) {
    case 'opaque':
      return [JSON.stringify(tool.value), '']
    case 'custom':
      return [
        ...comment(tool.description),
        `type ${tool.name} = (FREEFORM) => any;`,
        JSON.stringify(tool.format ?? {}),
        '',
      ]
    case 'function': {
      const members = properties(tool.parameters ?? {}, 0)
      const type =
        members === '' ? [`type ${tool.name} = () => any;`] : [`type ${tool.name} = (_: {`, members, '}) => any;']
      return [...comment(tool.description), ...type, '']
    }
  }
}

function comment(description: string | undefined): readonly string[] {
  return description === undefined || description === '' ? [] : [`// ${description}`]
}

function properties(schema: JsonObject, depth: number): string {
  if (!isObject(schema['properties'])) return ''
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  const indent = ' '.repeat(depth)
  return Object.entries(schema['properties'])
    .flatMap(([name, member]) => {
      const described =
        isObject(member) && typeof member['description'] === 'string' ? member['description'] : undefined
      const line = `${indent}${name}${required.has(name) ? '' : '?'}: ${typeOf(member, depth)},`
      return [...comment(described).map((text) => `${indent}${text}`), line]
    })
    .join('\n')
}

function typeOf(schema: JsonValue | undefined, depth: number): string {
  if (!isObject(schema) || depth > DEEPEST) return 'any'
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ')
  const choices = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(choices)) return choices.map((choice) => typeOf(choice, depth)).join(' | ')
  const type = schema['type']
  if (Array.isArray(type)) return type.map((word) => typeOf({ ...schema, type: word }, depth + 1)).join(' | ')
  switch (type) {
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'array':
      return `${typeOf(schema['items'], depth)}[]`
    case 'object':
      return `{\n${properties(schema, depth + 2)}\n${' '.repeat(depth)}}`
    default:
      return 'any'
  }
}
