import type { ResponseFormat, Tool, ToolChoice } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { defined } from '../shared/defined.js'
import { cacheMember, type Writing } from './encode-content.js'
import { NAME } from './name.js'

/** Units that a tool takes. */
const TOOL = 4

/** Writes `tools`, in steps; those that only another dialect can say are left out and reported as `tools`. */
export function* encodeTools(tools: readonly Tool[], writing: Writing): Steps<readonly JsonObject[]> {
  const encoded = yield* mapInSteps(tools, TOOL, (tool) => encodeTool(tool, writing))
  return encoded.filter((tool) => tool !== undefined)
}

function encodeTool(tool: Tool, writing: Writing): JsonObject | undefined {
  switch (tool.kind) {
    case 'function': {
      const { name, description, parameters, strict } = tool
      const marker = cacheMember(tool.cacheControl, writing)
      return { type: 'function', function: defined({ name, description, parameters, strict }), ...marker }
    }
    case 'custom': {
      const { name, description, format } = tool
      return { type: 'custom', custom: defined({ name, description, format }) }
    }
    case 'opaque':
      if (tool.dialect === NAME) return tool.value
      writing.dropped.add('tools')
      return undefined
  }
}

/** Writes `tool_choice`; `tools` tell which of the allowed names are custom tools. */
export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[]): JsonValue {
  switch (choice.mode) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.mode
    case 'named':
      return reference(choice.name, choice.kind)
    case 'allowed': {
      const custom = new Set(tools.flatMap((tool) => (tool.kind === 'custom' ? [tool.name] : [])))
      const references = choice.names.map((name) => reference(name, custom.has(name) ? 'custom' : 'function'))
      return { type: 'allowed_tools', allowed_tools: { mode: choice.require, tools: references } }
    }
  }
}

function reference(name: string, kind: 'function' | 'custom'): JsonObject {
  return kind === 'custom' ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } }
}

/** Writes `response_format`. */
export function encodeResponseFormat(format: ResponseFormat): JsonObject {
  switch (format.type) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema': {
      const { name, description, schema, strict } = format
      return { type: 'json_schema', json_schema: defined({ name, description, schema, strict }) }
    }
  }
}
