import type { ChatRequest, Tool } from '../../../core/chat.js'
import { isList, isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { outputSchema } from '../claude/output-schema.js'
import { defined } from '../shared/defined.js'
import { cachePoint } from './encode-parts.js'
import type { BedrockTraits } from './models.js'
import { DIALECT, type Drop } from './words.js'

interface EncodedTools {
  /** `toolConfig`; absent where there are no tools. */
  readonly toolConfig?: JsonObject
  /** What Converse has no word for and Claude has: its own `tool_choice`, among the additional fields. */
  readonly claudeChoice?: JsonObject
  /** Whether the choice forces a call, which thinking does not go with. */
  readonly forced: 'forced' | 'free'
}

/** Units that a tool takes, and a block in which calls are looked for. */
const TOOL = 8
const BLOCK = 1

/** Writes tools and the choice among them, in steps. `messages` are as they are sent: calls in them need a `toolConfig`. */
export function* encodeTools(
  request: ChatRequest,
  messages: readonly JsonObject[],
  traits: BedrockTraits,
  drop: Drop,
): Steps<EncodedTools> {
  const { toolChoice: choice } = request
  const called = yield* calledTools(messages)
  const tools: JsonObject[] = []
  let worked = 0
  for (const { tool, path } of offered(request, traits)) {
    worked += TOOL
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const isStrict = tool.kind === 'function' && tool.strict === true && (yield* canBeStrict(tool.parameters, traits))
    for (const written of encodeTool(tool, isStrict ? true : undefined, path, traits, drop)) tools.push(written)
  }
  const names = new Set(tools.flatMap(({ toolSpec }) => (isObject(toolSpec) ? [toolSpec['name']] : [])))

  // Without tools in the list a conversation with calls is refused, and Converse has no choice `none`: unless calls stand
  // in the conversation, leaving the tools out says the same.
  if (choice?.mode === 'none' && called.length === 0) return { forced: 'free' }
  if (tools.length === 0) {
    if (asksForCall(choice)) drop('tool_choice')
    return called.length === 0 ? { forced: 'free' } : { toolConfig: { tools: called.map(placeholder) }, forced: 'free' }
  }
  const wanted = encodeChoice(request, traits, names, drop)
  return {
    toolConfig: defined({ tools, toolChoice: wanted.toolChoice }),
    ...(wanted.claudeChoice === undefined ? {} : { claudeChoice: wanted.claudeChoice }),
    forced: wanted.forced,
  }
}

const asksForCall = (choice: ChatRequest['toolChoice']) =>
  choice?.mode === 'required' ||
  choice?.mode === 'named' ||
  (choice?.mode === 'allowed' && choice.require === 'required')

/** The tools that the choice leaves; a model that cannot be made to call one by name is given only that one. */
function offered(
  { tools, toolChoice: choice }: ChatRequest,
  traits: BedrockTraits,
): readonly { readonly tool: Tool; readonly path: string }[] {
  const only =
    choice?.mode === 'allowed'
      ? choice.names
      : choice?.mode === 'named' && traits.forcedTools === 'any'
        ? [choice.name]
        : undefined
  const all = tools.map((tool, i) => ({ tool, path: `tools[${i}]` }))
  if (only === undefined) return all
  const names = new Set(only)
  return all.filter(({ tool }) => tool.kind === 'opaque' || names.has(tool.name))
}

function encodeChoice(
  request: ChatRequest,
  traits: BedrockTraits,
  names: ReadonlySet<unknown>,
  drop: Drop,
): Pick<EncodedTools, 'claudeChoice' | 'forced'> & { readonly toolChoice?: JsonObject } {
  const { toolChoice: choice, parallelToolCalls } = request
  const possible = choice?.mode !== 'named' || names.has(choice.name)
  const forcible = possible && traits.forcedTools !== 'none'
  const forced = asksForCall(choice) && forcible
  if (asksForCall(choice) && !forcible) drop('tool_choice')
  const named = forced && choice?.mode === 'named' && traits.forcedTools === 'named' ? choice.name : undefined

  if (choice?.mode === 'none') {
    if (traits.claude === undefined) drop('tool_choice')
    return traits.claude === undefined ? { forced: 'free' } : { claudeChoice: { type: 'none' }, forced: 'free' }
  }
  if (parallelToolCalls === false && traits.claude !== undefined) {
    const type = named !== undefined ? { type: 'tool', name: named } : { type: forced ? 'any' : 'auto' }
    return { claudeChoice: { ...type, disable_parallel_tool_use: true }, forced: forced ? 'forced' : 'free' }
  }
  if (parallelToolCalls === false) drop('parallel_tool_calls')
  // `auto` is the default, and some models refuse to be told so.
  if (!forced) return { forced: 'free' }
  return { toolChoice: named === undefined ? { any: {} } : { tool: { name: named } }, forced: 'forced' }
}

function encodeTool(
  tool: Tool,
  strict: true | undefined,
  path: string,
  traits: BedrockTraits,
  drop: Drop,
): readonly JsonObject[] {
  switch (tool.kind) {
    case 'function': {
      if (tool.strict === true && strict === undefined) drop(`${path}.function.strict`)
      const toolSpec = defined({
        name: tool.name,
        description: tool.description === '' ? undefined : tool.description,
        inputSchema: { json: { type: 'object', ...(tool.parameters ?? { properties: {} }) } },
        strict,
      })
      if (tool.cacheControl === undefined) return [{ toolSpec }]
      if (traits.caching === 'everywhere')
        return [{ toolSpec }, cachePoint(tool.cacheControl, traits, () => drop(`${path}.cache_control.ttl`))]
      drop(`${path}.cache_control`)
      return [{ toolSpec }]
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
function* canBeStrict(parameters: JsonObject | undefined, traits: BedrockTraits): Steps<boolean> {
  if (traits.structuredOutputs !== 'accepted') return false
  return parameters === undefined || !(yield* outputSchema(parameters)).changed
}

/** Names of the tools that are called in the conversation, each once. */
function* calledTools(messages: readonly JsonObject[]): Steps<readonly string[]> {
  const names = new Set<string>()
  const look = (block: JsonValue) => {
    const toolUse = isObject(block) ? block['toolUse'] : undefined
    if (isObject(toolUse) && typeof toolUse['name'] === 'string') names.add(toolUse['name'])
  }
  let worked = 0
  for (const { role, content } of messages) {
    if (role === 'assistant' && isList(content)) worked = yield* eachInSteps(content, () => BLOCK, look, worked + BLOCK)
  }
  return [...names]
}

/** Stands for a tool that was called earlier and that the client does not offer any more. */
const placeholder = (name: string): JsonObject => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } })
