import type { ChatRequest, Tool } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { ModelTraits } from '../claude/models.js'
import { outputSchema } from '../claude/output-schema.js'
import { defined } from '../shared/defined.js'
import type { Drop } from './encode-blocks.js'
import { DIALECT } from './words.js'

/** `tools` and `tool_choice`, each absent when there is nothing to say. */
interface EncodedTools {
  readonly tools?: readonly JsonObject[]
  readonly toolChoice?: JsonObject
  /** Whether the choice forces a call, which thinking does not go with. */
  readonly forced: 'forced' | 'free'
}

/** Writes tools and the choice among them. */
export function encodeTools(request: ChatRequest, traits: ModelTraits, drop: Drop): EncodedTools {
  const { toolChoice: choice, parallelToolCalls } = request
  const allowed = choice?.mode === 'allowed' ? new Set(choice.names) : undefined
  const tools = request.tools.flatMap((tool, i) => {
    if (allowed !== undefined && tool.kind !== 'opaque' && !allowed.has(tool.name)) return []
    return encodeTool(tool, `tools[${i}]`, traits, drop)
  })

  const wanted = choiceOf(request)
  // A choice without tools is refused; asking for none, or leaving it to the model, says nothing then.
  const possible = wanted['type'] === 'tool' ? tools.some((tool) => tool['name'] === wanted['name']) : tools.length > 0
  const asksForCall = wanted['type'] === 'any' || wanted['type'] === 'tool'
  const forcible = possible && traits.forcedTools === 'accepted'
  if (asksForCall && !forcible) drop('tool_choice')
  if (tools.length === 0) return { forced: 'free' }

  const type = asksForCall && !forcible ? { type: 'auto' } : wanted
  const single = parallelToolCalls === false && type['type'] !== 'none' ? { disable_parallel_tool_use: true } : {}
  return {
    tools,
    ...(choice === undefined && parallelToolCalls !== false ? {} : { toolChoice: { ...type, ...single } }),
    forced: asksForCall && forcible ? 'forced' : 'free',
  }
}

function choiceOf(request: ChatRequest): JsonObject {
  const choice = request.toolChoice
  switch (choice?.mode) {
    case undefined:
    case 'auto':
      return { type: 'auto' }
    case 'none':
      return { type: 'none' }
    case 'required':
      return { type: 'any' }
    case 'named':
      return { type: 'tool', name: choice.name }
    case 'allowed':
      return { type: choice.require === 'required' ? 'any' : 'auto' }
  }
}

function encodeTool(tool: Tool, path: string, traits: ModelTraits, drop: Drop): readonly JsonObject[] {
  switch (tool.kind) {
    case 'function': {
      const strict = tool.strict === true && canBeStrict(tool.parameters, traits)
      if (tool.strict === true && !strict) drop(`${path}.function.strict`)
      return [
        defined({
          name: tool.name,
          description: tool.description,
          input_schema: { type: 'object', ...(tool.parameters ?? { properties: {} }) },
          strict: strict ? true : undefined,
          cache_control: tool.cacheControl,
        }),
      ]
    }
    case 'custom':
      // Sent as a function it would be answered by a function call, which the client did not ask for and cannot match.
      drop(path)
      return []
    case 'opaque':
      if (tool.dialect === DIALECT) return [tool.value]
      drop(path)
      return []
  }
}

/** A schema with a keyword that strict tools refuse would fail the whole request. */
const canBeStrict = (parameters: JsonObject | undefined, traits: ModelTraits): boolean =>
  traits.structuredOutputs === 'accepted' && (parameters === undefined || !outputSchema(parameters).changed)
