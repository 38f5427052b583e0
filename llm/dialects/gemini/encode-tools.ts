import type { ChatRequest, Tool } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { defined } from '../shared/defined.js'
import type { Client, Drop } from './encode-parts.js'
import type { ModelTraits } from './models.js'
import { NAME } from './name.js'

/** `tools` and `toolConfig`, each absent when there is nothing to say. */
interface EncodedTools {
  readonly tools?: readonly JsonObject[]
  readonly toolConfig?: JsonObject
}

/** Units that a tool takes. */
const TOOL = 4

const toolUnits = () => TOOL

/** Writes tools, all functions in one list, and the choice among them, in steps. */
export function* encodeTools(
  request: ChatRequest,
  traits: ModelTraits,
  client: Client,
  drop: Drop,
): Steps<EncodedTools> {
  const { toolChoice: choice } = request
  if (request.parallelToolCalls === false) drop('parallel_tool_calls')
  // Leaving the others out is the one way to say which may be called but need not; the rest is said by name.
  const offered =
    choice?.mode === 'allowed' && choice.require === 'auto' && client === 'other' ? new Set(choice.names) : undefined
  const functions: JsonObject[] = []
  const others: JsonObject[] = []
  const strict: string[] = []
  const encode = (tool: Tool, i: number) => {
    if (tool.kind === 'function') {
      if (offered !== undefined && !offered.has(tool.name)) return
      if (tool.cacheControl !== undefined) drop('cache_control')
      if (tool.strict === true) strict.push(`tools[${i}].function.strict`)
      functions.push(encodeFunction(tool))
    } else if (tool.kind === 'opaque' && tool.dialect === NAME) others.push(tool.value)
    // A custom tool sent as a function would be answered by a call that the client cannot match.
    else drop(`tools[${i}]`)
  }
  yield* eachInSteps(request.tools, toolUnits, encode)
  const callable = functions.length > 0 ? 'some' : 'none'
  const config = callable === 'some' || client === 'own' ? configOf(request, client, drop) : undefined
  if (callable === 'none' && forces(choice) && client === 'other') drop('tool_choice')
  const wanted = encodeStrict(strict, config, traits, drop)
  const tools = [...(functions.length === 0 ? [] : [{ functionDeclarations: functions }]), ...others]
  return defined({
    tools: tools.length === 0 ? undefined : tools,
    toolConfig: wanted === undefined ? undefined : { functionCallingConfig: wanted },
  })
}

const forces = (choice: ChatRequest['toolChoice']) =>
  choice !== undefined && choice.mode !== 'auto' && choice.mode !== 'none'

function encodeFunction(tool: Extract<Tool, { kind: 'function' }>): JsonObject {
  return defined({ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters })
}

function configOf({ toolChoice: choice }: ChatRequest, client: Client, drop: Drop): JsonObject | undefined {
  switch (choice?.mode) {
    case undefined:
      return undefined
    case 'auto':
      return { mode: 'AUTO' }
    case 'none':
      return { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'named':
      if (choice.kind === 'function') return { mode: 'ANY', allowedFunctionNames: [choice.name] }
      drop('tool_choice')
      return { mode: 'ANY' }
    case 'allowed':
      if (choice.require === 'required') return { mode: 'ANY', allowedFunctionNames: choice.names }
      return client === 'own' ? { mode: 'VALIDATED', allowedFunctionNames: choice.names } : { mode: 'AUTO' }
  }
}

/** Calls keep to their schemas when they are forced, and in a mode of its own; older models may not have that one. */
function encodeStrict(
  strict: readonly string[],
  config: JsonObject | undefined,
  traits: ModelTraits,
  drop: Drop,
): JsonObject | undefined {
  const mode = config?.['mode'] ?? 'AUTO'
  if (strict.length === 0 || mode !== 'AUTO') return config
  if (traits.generation === 'since-3') return { mode: 'VALIDATED' }
  for (const path of strict) drop(path)
  return config
}
