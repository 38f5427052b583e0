import type { ChatRequest, Tool, ToolChoice } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import { DIALECT } from './words.js'

/** Units that a tool takes. */
const TOOL = 8

/** Reads `tools`, in steps. Tools of Anthropic's own making (`web_search_20250305`, `bash_20250124`) are opaque. */
export function* decodeTools(fields: Fields, note: Note): Steps<readonly Tool[]> {
  const tools = fields.array('tools')
  if (tools === undefined) return []
  return yield* mapInSteps(tools, TOOL, (value, i): Tool => {
    const tool = fieldsOf(value, `tools[${i}]`)
    const type = tool.string('type') ?? 'custom'
    if (type !== 'custom') return { kind: 'opaque', dialect: DIALECT, value: value as JsonObject }
    const read: Tool = {
      kind: 'function',
      name: tool.required('name', tool.string('name')),
      ...optional('description', tool.string('description')),
      ...optional('parameters', tool.required('input_schema', tool.object('input_schema'))),
      ...optional('strict', tool.boolean('strict')),
      ...optional('cacheControl', tool.raw('cache_control')),
    }
    noteRest(tool, note)
    return read
  })
}

/** What these tools may search: with several of them that is the sum, unless one has no `max_uses`. */
export function webSearchOf(tools: readonly Tool[]): Pick<ChatRequest, 'webSearch'> {
  let searching = 0
  let most: number | undefined = 0
  for (const tool of tools) {
    if (tool.kind !== 'opaque') continue
    const { type, max_uses: uses } = tool.value
    if (typeof type !== 'string' || !type.startsWith('web_search_')) continue
    searching++
    const said = typeof uses === 'number' && Number.isSafeInteger(uses) && uses >= 0
    most = most === undefined || !said ? undefined : most + uses
  }
  return searching === 0 ? {} : { webSearch: { dialect: DIALECT, ...optional('most', most) } }
}

const CHOICES = ['auto', 'any', 'tool', 'none'] as const

/** Reads `tool_choice`, which also holds whether calls may be parallel. */
export function decodeToolChoice(
  fields: Fields,
  note: Note,
): { readonly toolChoice?: ToolChoice; readonly parallelToolCalls?: boolean } {
  const choice = fields.fields('tool_choice')
  if (choice === undefined) return {}
  const type = choice.required('type', choice.oneOf('type', CHOICES))
  const name = choice.string('name')
  const single = choice.boolean('disable_parallel_tool_use')
  noteRest(choice, note)
  const parallel = single === undefined ? {} : { parallelToolCalls: !single }
  switch (type) {
    case 'auto':
    case 'none':
      return { toolChoice: { mode: type }, ...parallel }
    case 'any':
      return { toolChoice: { mode: 'required' }, ...parallel }
    case 'tool':
      return { toolChoice: { mode: 'named', name: choice.required('name', name), kind: 'function' }, ...parallel }
  }
}
