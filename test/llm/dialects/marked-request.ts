import fc from 'fast-check'
import type { AssistantPart, ChatRequest, Message, Part, Source, Tool } from '../../../core/chat.js'
import { chatRequestOf, extrasOf } from '../../support/chat-request.js'

/** A piece of a request that can be found again in whatever is written of it, and how its loss is reported. */
export interface Mark {
  /** Text that stands in the body as it is, or matches it. */
  readonly found: string | RegExp
  /** Matches at least one of the reported paths where it is not in the body. */
  readonly reported: RegExp
}

export interface MarkedRequest {
  readonly request: ChatRequest
  readonly marks: readonly Mark[]
}

/** Chooses what a request holds; every choice that can get lost leaves a mark. */
interface Chooser {
  mark(reported: RegExp): string
  noted(mark: Mark): void
  maybe(): boolean
  oneOf<T>(...choices: readonly T[]): T
  times<T>(most: number, make: (index: number) => T): readonly T[]
}

/** Requests of a client that speaks a dialect of its own, with everything that the vocabulary has a word for. */
export const markedRequest: fc.Arbitrary<MarkedRequest> = fc.gen().map((random) => {
  const marks: Mark[] = []
  let count = 0
  const chooser: Chooser = {
    mark: (reported) => {
      const found = `Zq${count++}x`
      marks.push({ found, reported })
      return found
    },
    noted: (mark) => marks.push(mark),
    maybe: () => random(fc.boolean),
    oneOf: <T>(...choices: readonly T[]) => choices[random(fc.nat, { max: choices.length - 1 })] as T,
    times: (most, make) => Array.from({ length: random(fc.nat, { max: most }) }, (_, index) => make(index)),
  }
  return { request: requestFrom(chooser), marks }
})

function requestFrom(chooser: Chooser): ChatRequest {
  const { maybe, mark } = chooser
  const tools = chooser.times(3, (i) => toolFrom(chooser, i))
  const functions = tools.flatMap((tool) => (tool.kind === 'function' ? [tool.name] : []))
  const first: Message = { role: 'user', content: [{ type: 'text', text: mark(/messages/) }] }
  const turns = chooser.times(3, () => turnFrom(chooser)).flat()
  return chatRequestOf({
    extras: extrasOf('of-its-own', maybe() ? { [mark(/./)]: 1 } : {}),
    messages: [...chooser.times(2, () => systemFrom(chooser)), first, ...turns],
    tools,
    ...choiceFrom(chooser, functions),
    ...formatFrom(chooser),
    ...samplingFrom(chooser),
    ...(maybe() && { user: mark(/^user$/) }),
    ...(maybe() && { metadata: { label: mark(/^metadata$/) } }),
    stop: chooser.times(6, () => mark(/^stop$/)),
    stream: maybe(),
  })
}

function samplingFrom({ maybe, noted, oneOf }: Chooser): Partial<ChatRequest> {
  const numbers = {
    temperature: [0.717, /^temperature$/],
    topP: [0.818, /^top_p$/],
    topK: [1919, /^top_k$/],
    seed: [202020, /^seed$/],
    frequencyPenalty: [0.2121, /^frequency_penalty$/],
    presencePenalty: [0.2323, /^presence_penalty$/],
    maxOutputTokens: [24_242, /^max_tokens$/],
  } as const
  const chosen = Object.entries(numbers).filter(maybe)
  for (const [, [value, reported]] of chosen) noted({ found: `:${value}`, reported })
  const n = maybe() ? 3 : 1
  if (n > 1) noted({ found: /"(n|candidateCount)":3/, reported: /^n$/ })
  const others: Partial<ChatRequest> = {
    ...(maybe() && { logitBias: { 2525: 1 } }),
    ...(maybe() && { logprobs: { top: 7 } }),
    ...(maybe() && { parallelToolCalls: false }),
    ...(maybe() && { serviceTier: oneOf('flex', 'priority') }),
    ...(maybe() && { reasoning: oneOf({ effort: 'high' }, { budgetTokens: 9000 }, { mode: 'on' as const }) }),
  }
  if (others.logitBias) noted({ found: '"2525"', reported: /^logit_bias$/ })
  if (others.logprobs) noted({ found: /logprobs":7/i, reported: /logprobs$/ })
  if (others.serviceTier) noted({ found: `"${others.serviceTier}"`, reported: /^service_tier$/ })
  if (others.reasoning)
    noted({ found: /reasoning_?(effort|config)|thinking|"reasoning":\{/i, reported: /^(reasoning_effort|thinking)$/ })
  return { n, ...Object.fromEntries(chosen.map(([name, [value]]) => [name, value])), ...others }
}

function formatFrom({ maybe, mark, noted, oneOf }: Chooser): Partial<ChatRequest> {
  if (!maybe()) return {}
  const format = oneOf('json', 'schema', 'strange')
  if (format === 'json') {
    noted({ found: /json/i, reported: /^response_format$/ })
    return { responseFormat: { type: 'json' } }
  }
  const schema =
    format === 'schema'
      ? { type: 'object', properties: { [mark(/^response_format/)]: { type: 'string' } } }
      : { type: 'array', items: { type: 'string', description: mark(/^response_format/) } }
  return { responseFormat: { type: 'json-schema', name: 'answer', schema } }
}

function choiceFrom({ maybe, noted, oneOf }: Chooser, [name]: readonly string[]): Partial<ChatRequest> {
  if (name === undefined || !maybe()) return {}
  const mode = oneOf('required', 'named', 'none')
  if (mode === 'none') {
    noted({ found: /"(none|NONE)"|^(?!.*"(toolConfig|tools)")/, reported: /^tool_choice$/ })
    return { toolChoice: { mode } }
  }
  noted({ found: /"(any|ANY|required|tool|function)"/, reported: /^tool_choice$/ })
  return { toolChoice: mode === 'required' ? { mode } : { mode, name, kind: 'function' } }
}

function toolFrom({ maybe, mark, noted, oneOf }: Chooser, index: number): Tool {
  const lost = new RegExp(`^tools(\\[${index}\\])?`)
  switch (oneOf('function', 'function', 'custom', 'opaque')) {
    case 'custom':
      return { kind: 'custom', name: `c${index}`, description: mark(lost) }
    case 'opaque':
      return { kind: 'opaque', dialect: 'another', value: { type: mark(lost) } }
    default: {
      const cached = maybe()
      if (cached) noted({ found: /cache_?(control|point)/i, reported: /cache_control|^tools/ })
      const strict = maybe()
      if (strict) noted({ found: /"strict":true|VALIDATED|"ANY"/, reported: /strict$/ })
      return {
        kind: 'function',
        name: `f${index}`,
        description: mark(lost),
        parameters: { type: 'object', properties: { [mark(lost)]: { type: 'string' } } },
        ...(strict && { strict }),
        ...(cached && { cacheControl: { type: 'ephemeral' } }),
      }
    }
  }
}

function systemFrom({ mark, maybe, oneOf }: Chooser): Message {
  const role = oneOf('system', 'developer')
  const content: readonly Part[] = [
    { type: 'text', text: mark(/messages/) },
    ...(maybe()
      ? [{ type: 'image', source: { kind: 'url', url: `https://e.example/${mark(/messages/)}.png` } } as const]
      : []),
  ]
  return { role, content }
}

/** The assistant's turn, results for its calls, and what the user says then. */
function turnFrom(chooser: Chooser): readonly Message[] {
  const { mark, maybe, noted } = chooser
  const calls = chooser.times(2, (): AssistantPart => {
    const kind = chooser.oneOf('function', 'function', 'custom')
    const said = mark(/messages/)
    return {
      ...{ type: 'tool-call', id: mark(/messages/), name: mark(/messages/), kind },
      arguments: kind === 'custom' ? said : JSON.stringify({ said }),
    }
  })
  const spoken = chooser.times(3, () => spokenFrom(chooser))
  const results = calls.map((call): Message => {
    const failed = maybe()
    if (failed) noted({ found: /"is_error":true|"status":"error"|"error":/, reported: /is_error/ })
    const content = [{ type: 'text', text: mark(/messages/) } as const, ...chooser.times(1, () => partFrom(chooser))]
    return { role: 'tool', callId: call.type === 'tool-call' ? call.id : '', content, ...(failed && { failed }) }
  })
  const name = maybe() ? { name: mark(/messages/) } : {}
  return [
    { role: 'assistant', content: [...spoken, ...calls] },
    ...results,
    {
      role: 'user',
      content: [{ type: 'text', text: mark(/messages/) }, ...chooser.times(2, () => partFrom(chooser))],
      ...name,
    },
  ]
}

function spokenFrom(chooser: Chooser): Part | AssistantPart {
  const { mark, oneOf } = chooser
  const lost = /messages/
  switch (oneOf('text', 'refusal', 'signed', 'redacted', 'unsigned', 'part')) {
    case 'text':
      return { type: 'text', text: mark(lost) }
    case 'refusal':
      return { type: 'refusal', text: mark(lost) }
    case 'signed':
      return { type: 'reasoning', text: mark(lost), signature: oneOf('', 'gemini:', 'openai-responses:') + mark(lost) }
    case 'redacted':
      return { type: 'reasoning', text: '', redacted: mark(lost) }
    case 'unsigned':
      return { type: 'reasoning', text: mark(lost) }
    case 'part':
      return partFrom(chooser)
  }
}

function partFrom(chooser: Chooser): Part {
  const { mark, maybe, noted, oneOf } = chooser
  const lost = /messages/
  const kind = oneOf('image', 'file', 'audio', 'opaque', 'text')
  const cached = kind !== 'audio' && kind !== 'opaque' && maybe()
  const marker = cached ? { cacheControl: { type: 'ephemeral' } } : {}
  // A part that is left out is reported with all that it has.
  if (cached) noted({ found: /cache_?(control|point)/i, reported: /cache_control|messages/ })
  switch (kind) {
    case 'text':
      return { type: 'text', text: mark(lost), ...marker }
    case 'image': {
      const detail = maybe() ? 'high' : undefined
      if (detail) noted({ found: '"high"', reported: /messages.*(detail|image|content)/ })
      return { type: 'image', source: sourceFrom(chooser, 'image/png'), ...(detail && { detail }), ...marker }
    }
    case 'file': {
      const name = maybe() ? `${mark(lost)}.pdf` : undefined
      return { type: 'file', source: sourceFrom(chooser, 'application/pdf'), ...(name && { name }), ...marker }
    }
    case 'audio':
      return { type: 'audio', format: 'wav', data: mark(lost) }
    case 'opaque':
      return { type: 'opaque', dialect: 'another', value: { said: mark(lost) } }
  }
}

function sourceFrom({ mark, oneOf }: Chooser, mediaType: string): Source {
  const found = mark(/messages/)
  switch (oneOf('url', 'data', 'file-id')) {
    case 'url':
      return { kind: 'url', url: `https://e.example/${found}` }
    case 'data':
      return { kind: 'data', mediaType, data: found }
    case 'file-id':
      return { kind: 'file-id', id: `file-${found}` }
  }
}
