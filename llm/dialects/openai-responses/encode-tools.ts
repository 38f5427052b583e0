import type { ResponseFormat, Tool, ToolChoice } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { defined } from '../shared/defined.js'
import type { Client, Drop } from './encode-content.js'
import { NAME } from './name.js'

/** Units that a tool takes. */
const TOOL = 4

/** Writes `tools`, in steps; those that only another dialect can say are left out and reported by their place. */
export function* encodeTools(tools: readonly Tool[], client: Client, drop: Drop): Steps<readonly JsonObject[]> {
  const encoded: JsonObject[] = []
  const add = (tool: Tool, index: number) => append(encoded, encodeTool(tool, `tools[${index}]`, client, drop))
  yield* eachInSteps(tools, () => TOOL, add)
  return encoded
}

function encodeTool(tool: Tool, path: string, client: Client, drop: Drop): readonly JsonObject[] {
  switch (tool.kind) {
    case 'function':
      if (tool.cacheControl !== undefined) drop('cache_control')
      return [encodeFunction(tool, client)]
    case 'custom': {
      const { name, description, format } = tool
      const flat = format === undefined ? undefined : flatFormat(format)
      return [defined({ type: 'custom', name, description, format: flat })]
    }
    case 'opaque':
      if (tool.dialect === NAME) return [tool.value]
      drop(path)
      return []
  }
}

function encodeFunction(tool: Extract<Tool, { kind: 'function' }>, client: Client): JsonObject {
  const { name, description, strict } = tool
  const parameters = tool.parameters ?? { type: 'object', properties: {} }
  // This API makes schemas strict unless told not to; in every other dialect that has to be asked for.
  return defined({
    type: 'function',
    name,
    description,
    parameters,
    strict: strict ?? (client === 'own' ? undefined : false),
  })
}

/** Chat Completions nests the grammar, which this API has beside the type. */
function flatFormat(format: JsonObject): JsonObject {
  const { type, grammar, ...others } = format
  return isObject(grammar) ? defined({ type, ...grammar }) : defined({ type, ...others })
}

/** Writes `tool_choice`; `tools` tell which of the allowed names are custom tools. */
export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[]): JsonValue {
  switch (choice.mode) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.mode
    case 'named':
      return { type: choice.kind, name: choice.name }
    case 'allowed': {
      const custom = new Set(tools.flatMap((tool) => (tool.kind === 'custom' ? [tool.name] : [])))
      const references = choice.names.map((name) => ({ type: custom.has(name) ? 'custom' : 'function', name }))
      return { type: 'allowed_tools', mode: choice.require, tools: references }
    }
  }
}

/** Writes `text.format`. */
export function encodeFormat(format: ResponseFormat): JsonObject {
  switch (format.type) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema': {
      const { name, description, schema, strict } = format
      return defined({ type: 'json_schema', name, description, schema: schema ?? { type: 'object' }, strict })
    }
  }
}
