import type { ChatRequest, Tool } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
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

/** Units that a tool takes. */
const TOOL = 8

/** Writes tools and the choice among them, in steps. */
export function* encodeTools(request: ChatRequest, traits: ModelTraits, drop: Drop): Steps<EncodedTools> {
  const { toolChoice: choice, parallelToolCalls } = request
  const allowed = choice?.mode === 'allowed' ? new Set(choice.names) : undefined
  const tools: JsonObject[] = []
  let worked = 0
  for (const [i, tool] of request.tools.entries()) {
    if (allowed !== undefined && tool.kind !== 'opaque' && !allowed.has(tool.name)) continue
    worked += TOOL
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const path = `tools[${i}]`
    if (tool.kind === 'function') {
      const isStrict = tool.strict === true && (yield* canBeStrict(tool.parameters, traits))
      if (tool.strict === true && !isStrict) drop(`${path}.function.strict`)
      tools.push(encodeFunction(tool, isStrict ? true : undefined))
    } else if (tool.kind === 'opaque' && tool.dialect === DIALECT) tools.push(tool.value)
    // A custom tool sent as a function would be answered by a function call, which the client did not ask for and cannot match.
    else drop(path)
  }

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

function encodeFunction(tool: Extract<Tool, { kind: 'function' }>, strict: true | undefined): JsonObject {
  return defined({
    name: tool.name,
    description: tool.description,
    input_schema: { type: 'object', ...(tool.parameters ?? { properties: {} }) },
    strict,
    cache_control: tool.cacheControl,
  })
}

/** A schema with a keyword that strict tools refuse would fail the whole request. */
function* canBeStrict(parameters: JsonObject | undefined, traits: ModelTraits): Steps<boolean> {
  if (traits.structuredOutputs !== 'accepted') return false
  return parameters === undefined || !(yield* outputSchema(parameters)).changed
}
