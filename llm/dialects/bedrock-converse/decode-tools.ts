import type { ChatRequest, Tool, ToolChoice } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import { markerOf } from './cache-marker.js'
import { DIALECT } from './words.js'

/** Reads `toolConfig`. Tools that run at the provider (`systemTool`) are opaque. */
export function decodeToolConfig(fields: Fields, note: Note): Pick<ChatRequest, 'tools' | 'toolChoice'> {
  const config = fields.fields('toolConfig')
  if (config === undefined) return { tools: [] }
  const tools: Tool[] = []
  for (const [i, value] of (config.array('tools') ?? []).entries()) {
    const tool = fieldsOf(value, `${config.at('tools')}[${i}]`)
    const marker = markerOf(tool)
    const last = tools.at(-1)
    if (marker !== undefined && last?.kind === 'function') tools[tools.length - 1] = { ...last, cacheControl: marker }
    else tools.push(decodeTool(tool, value as JsonObject, note))
  }
  const toolChoice = decodeChoice(config, note)
  noteRest(config, note)
  return { tools, ...optional('toolChoice', toolChoice) }
}

function decodeTool(tool: Fields, value: JsonObject, note: Note): Tool {
  const spec = tool.fields('toolSpec')
  if (spec === undefined) return { kind: 'opaque', dialect: DIALECT, value }
  const schema = spec.required('inputSchema', spec.fields('inputSchema'))
  const read: Tool = {
    kind: 'function',
    name: spec.required('name', spec.string('name')),
    ...optional('description', spec.string('description')),
    parameters: schema.required('json', schema.object('json')),
    ...optional('strict', spec.boolean('strict')),
  }
  for (const each of [schema, spec, tool]) noteRest(each, note)
  return read
}

/** Reads the union `{"auto":{}}`, `{"any":{}}` or `{"tool":{"name":...}}`. */
function decodeChoice(config: Fields, note: Note): ToolChoice | undefined {
  const choice = config.fields('toolChoice')
  if (choice === undefined) return undefined
  const named = choice.fields('tool')
  const any = choice.object('any')
  const auto = choice.object('auto')
  noteRest(choice, note)
  if (named !== undefined)
    return { mode: 'named', name: named.required('name', named.string('name')), kind: 'function' }
  if (any !== undefined) return { mode: 'required' }
  if (auto !== undefined) return { mode: 'auto' }
  throw malformed(choice.path, 'must have auto, any or tool')
}
