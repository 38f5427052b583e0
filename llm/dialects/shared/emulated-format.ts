import type { ChatEvent, ChatRequest, Message, ResponseFormat, ToolChoice } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import type { Transform } from '../../../core/transform.js'
import type { Steps } from '../../../core/turns.js'
import { callAsText } from './call-as-text.js'
import { withoutFence } from './without-fence.js'

/** A request whose `responseFormat` is said in another way, for a model that has no word for it. */
export interface EmulatedFormat {
  readonly request: ChatRequest
  /** What the request says now makes up for this field of the client's. */
  readonly emulated: readonly string[]
  /** Makes the answer what the client asked for: text. */
  restore(): Transform<ChatEvent, ChatEvent>
}

/** The strongest tool choice that the model takes; `none` also where forcing one would cost something else (thinking). */
type Forcible = 'named' | 'none'

const EMULATED: readonly string[] = ['response_format']

/**
 * Asks for JSON without structured outputs. A schema of an object becomes a tool, forced, whose arguments are the answer; it
 * goes beside the client's own tools as one more that may be called. Everything else (no schema, no object, a call that is
 * forced already, no way to force one) becomes an instruction after all others, and the code fence that models then like to put
 * around JSON is taken off. Undefined where plain text is asked for. In steps.
 */
export function* emulateFormat(request: ChatRequest, forcible: Forcible): Steps<EmulatedFormat | undefined> {
  const { responseFormat: format, ...rest } = request
  if (format === undefined || format.type === 'text') return undefined
  const name = toolName(format, request)
  const choice = forcible === 'none' ? undefined : choiceWith(name, request)
  const schema = format.type === 'json-schema' ? format.schema : undefined
  if (choice === undefined || schema === undefined || schema['type'] !== 'object') {
    const messages = [...request.messages, yield* instruction(schema)]
    return { request: { ...rest, messages }, emulated: EMULATED, restore: withoutFence }
  }
  const description = ('description' in format && format.description) || 'The answer, in the form that was asked for.'
  const tool = { kind: 'function', name, description, parameters: schema } as const
  return {
    request: { ...rest, tools: [...request.tools, tool], toolChoice: choice },
    emulated: EMULATED,
    restore: () => callAsText(name),
  }
}

/** Whether the request asks for thinking, which no forced call goes with. */
export function asksForThinking({ reasoning }: ChatRequest): boolean {
  if (reasoning === undefined || reasoning.mode === 'off') return false
  return reasoning.mode !== undefined || reasoning.budgetTokens !== undefined || (reasoning.effort ?? 'none') !== 'none'
}

/** After the client's own messages, so that their places stay; every API that needs this takes system messages apart. */
function* instruction(schema: JsonObject | undefined): Steps<Message> {
  const what =
    schema === undefined
      ? 'one JSON object'
      : `one JSON value that is valid against this JSON Schema: ${yield* jsonText(schema)}`
  const text = `Answer with nothing but JSON, neither words nor a code fence around it: ${what}`
  return { role: 'system', content: [{ type: 'text', text }] }
}

const LONGEST_NAME = 64

/** The schema's name as tools may be called, and as none of the client's is. */
function toolName(format: ResponseFormat, { tools }: ChatRequest): string {
  const asked = 'name' in format ? format.name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, LONGEST_NAME - 4) : ''
  const taken = new Set(tools.flatMap((tool) => (tool.kind === 'opaque' ? nameIn(tool.value) : [tool.name])))
  let name = asked === '' ? 'answer' : asked
  while (taken.has(name)) name = `${name}_`
  return name
}

const nameIn = ({ name }: JsonObject): readonly string[] => (typeof name === 'string' ? [name] : [])

/**
 * The choice that makes the model call this tool, or one of those that it could have called anyway; undefined where it has to
 * call another one, or may call tools that nobody can force.
 */
function choiceWith(name: string, { tools, toolChoice: choice }: ChatRequest): ToolChoice | undefined {
  if (tools.length === 0 || choice?.mode === 'none') return { mode: 'named', name, kind: 'function' }
  if (tools.some(({ kind }) => kind !== 'function')) return undefined
  switch (choice?.mode) {
    case undefined:
    case 'auto':
      return { mode: 'required' }
    case 'allowed':
      if (choice.require === 'required') return undefined
      return { mode: 'allowed', require: 'required', names: [...choice.names, name] }
    case 'required':
    case 'named':
      return undefined
  }
}
