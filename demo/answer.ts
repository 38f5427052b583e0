import { isObject, type JsonValue } from '../core/json.js'
import { sampleOf } from './sample.js'

/** What a demo answer depends on, whatever the wire format. */
export interface Prompt {
  /** The provider's name, which the answer mentions. */
  readonly provider: string
  /** Text of the last turn of the user, or of the tool whose result came last. */
  readonly text: string
  readonly from: 'user' | 'tool'
  readonly tools: readonly DemoTool[]
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string }
  /** `object` for any JSON, a JSON Schema for JSON of that shape. */
  readonly format?: 'object' | JsonValue
  readonly stop: readonly string[]
  readonly maxTokens?: number
}

export interface DemoTool {
  readonly name: string
  readonly schema?: JsonValue
}

/** An answer in tokens: the pieces of its text or of its tool call's arguments, and why it ended. */
export type Answer =
  | {
      readonly kind: 'text'
      readonly tokens: readonly string[]
      readonly finish: 'stop' | 'length' | { readonly stopSequence: string }
    }
  | { readonly kind: 'call'; readonly name: string; readonly tokens: readonly string[] }

/** Cuts text into tokens of the demo providers' own: up to five letters or digits, or one sign, with the space before. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s*(?:[\p{L}\p{N}]{1,5}|\S)|\s+$/gu) ?? []
}

/** Makes the answer to a prompt; the same prompt always gets the same answer. */
export function answerTo(prompt: Prompt): Answer {
  const tool = toolFor(prompt)
  if (tool !== undefined) {
    return { kind: 'call', name: tool.name, tokens: tokensOf(JSON.stringify(sampleOf(tool.schema, prompt.text))) }
  }
  return cut(textFor(prompt), prompt)
}

function toolFor({ tools, toolChoice, text, from }: Prompt): DemoTool | undefined {
  if (toolChoice === 'none') return undefined
  if (toolChoice === 'required') return tools[0]
  if (toolChoice !== 'auto') return tools.find(({ name }) => name === toolChoice.name)
  // With the result at hand there is nothing more to ask.
  if (from === 'tool') return undefined
  const said = text.toLowerCase()
  const named = ({ name }: DemoTool) =>
    name
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .some((word) => word.length > 3 && said.includes(word))
  return tools.find(named)
}

function textFor({ provider, text, from, format }: Prompt): string {
  const quoted = excerpt(text)
  if (format === 'object') return JSON.stringify({ provider, answer: `You wrote: ${quoted}` })
  if (isObject(format)) return JSON.stringify(sampleOf(format, text))
  if (from === 'tool')
    return `The tool answered: ${quoted} That is all this demo ${provider} provider can say about it.`
  return [
    `Hello from the demo ${provider} provider!`,
    quoted === '' ? 'You sent no text.' : `You wrote: "${quoted}".`,
    'No model is behind this answer, but the way here is real: your request went through Envoy and Tollgate,',
    'it was counted, priced and translated, and these words stream back the same way, token by token.',
  ].join(' ')
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= 160 ? line : `${line.slice(0, 160).replace(/\s\S*$/, '')} ...`
}

function cut(text: string, { stop, maxTokens = Number.POSITIVE_INFINITY }: Prompt): Answer {
  const places = stop.map((sequence) => ({ sequence, at: text.indexOf(sequence) })).filter(({ at }) => at >= 0)
  const [first] = places.sort((a, b) => a.at - b.at)
  const tokens = tokensOf(first === undefined ? text : text.slice(0, first.at))
  if (tokens.length > maxTokens) return { kind: 'text', tokens: tokens.slice(0, maxTokens), finish: 'length' }
  return { kind: 'text', tokens, finish: first === undefined ? 'stop' : { stopSequence: first.sequence } }
}
