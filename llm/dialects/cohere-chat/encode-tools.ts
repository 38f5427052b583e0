import type { ChatRequest, Tool } from '../../../core/chat.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import { eachInSteps, ITEMS_TOGETHER, mapInSteps, type Steps } from '../../../core/turns.js'
import { isArray } from '../shared/arrays.js'
import { defined } from '../shared/defined.js'
import type { ModelTraits } from './models.js'
import type { Client, Drop } from './words.js'

type FunctionTool = Extract<Tool, { kind: 'function' }>
type ToolChoice = NonNullable<ChatRequest['toolChoice']>

/** The members about tools, each absent when there is nothing to say. */
interface EncodedTools {
  readonly tools?: readonly JsonObject[]
  readonly strict_tools?: true
  readonly tool_choice?: 'REQUIRED' | 'NONE'
}

/** A function, and where the client has it. */
interface Offered {
  readonly tool: FunctionTool
  readonly path: string
}

/** Units that a tool takes. */
const TOOL = 4

const toolUnits = () => TOOL

/** Writes tools and the choice among them, in steps: a tool that must be called by its name is the only one that is offered. */
export function* encodeTools(
  request: ChatRequest,
  traits: ModelTraits,
  client: Client,
  drop: Drop,
): Steps<EncodedTools> {
  const { toolChoice: choice } = request
  if (request.parallelToolCalls === false) drop('parallel_tool_calls')
  const only = choice === undefined ? undefined : onlyNames(choice, traits)
  const offered: Offered[] = []
  const offer = (tool: Tool, i: number) => {
    const path = `tools[${i}]`
    // A custom tool sent as a function would be answered by a call that the client cannot match.
    if (tool.kind !== 'function') drop(path)
    else if (only === undefined || only.has(tool.name)) offered.push({ tool, path })
  }
  yield* eachInSteps(request.tools, toolUnits, offer)
  const forced = choice !== undefined && forces(choice)
  if (offered.length === 0) {
    if (forced) drop('tool_choice')
    return {}
  }
  // A model that cannot be told to leave its tools alone is given none.
  if (choice?.mode === 'none' && traits.toolChoice === 'refused' && client === 'other') return {}
  const word = forced ? 'REQUIRED' : choice?.mode === 'none' ? 'NONE' : undefined
  const sayable = traits.toolChoice === 'taken' || client === 'own'
  if (word !== undefined && !sayable) drop('tool_choice')
  for (const { tool } of offered) if (tool.cacheControl !== undefined) drop('cache_control')
  return defined<EncodedTools>({
    tools: yield* mapInSteps(offered, TOOL, encodeFunction),
    strict_tools: yield* encodeStrict(offered, client, drop),
    tool_choice: sayable ? word : undefined,
  })
}

function forces(choice: ToolChoice): boolean {
  return (
    choice.mode === 'required' || choice.mode === 'named' || (choice.mode === 'allowed' && choice.require !== 'auto')
  )
}

/** The names that a choice leaves; undefined where it leaves all. */
function onlyNames(choice: ToolChoice, traits: ModelTraits): ReadonlySet<string> | undefined {
  if (choice.mode === 'allowed') return new Set(choice.names)
  if (choice.mode !== 'named' || traits.toolChoice === 'refused') return undefined
  return new Set(choice.kind === 'function' ? [choice.name] : [])
}

function encodeFunction({ tool: { name, description, parameters } }: Offered): JsonObject {
  const schema = parameters ?? { type: 'object', properties: {} }
  return { type: 'function', function: defined({ name, description, parameters: schema }) }
}

/** The most members, of all tools together, that strict tools may have. */
const MOST_FIELDS = 200

/** All tools are strict or none is: https://docs.cohere.com/docs/structured-outputs */
function* encodeStrict(offered: readonly Offered[], client: Client, drop: Drop): Steps<true | undefined> {
  const strict = offered.filter(({ tool }) => tool.strict === true)
  if (strict.length === 0) return undefined
  if (client === 'own') return true
  if (strict.length === offered.length && offered.every(hasRequired) && (yield* areFew(offered))) return true
  for (const { path } of strict) drop(`${path}.function.strict`)
  return undefined
}

/** Of a tool that has parameters at least one must be required. */
function hasRequired({ tool: { parameters } }: Offered): boolean {
  const properties = isObject(parameters?.properties) ? Object.keys(parameters.properties) : []
  return properties.length === 0 || (isArray(parameters?.required) && parameters.required.length > 0)
}

/** Whether these have no more members than strict tools may have. */
function* areFew(offered: readonly Offered[]): Steps<boolean> {
  let fields = 0
  let looked = 0
  for (const { tool } of offered) {
    const rest: unknown[] = [tool.parameters]
    while (rest.length > 0) {
      if (++looked % ITEMS_TOGETHER === 0) yield ITEMS_TOGETHER
      const value = rest.pop()
      if (Array.isArray(value)) for (const each of value) rest.push(each)
      if (!isObject(value)) continue
      if (isObject(value.properties)) fields += Object.keys(value.properties).length
      if (fields > MOST_FIELDS) return false
      for (const each of Object.values(value)) rest.push(each)
    }
  }
  return true
}
