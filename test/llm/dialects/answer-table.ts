import type { BlockStart, ChatEvent, FinishReason, Usage } from '../../../core/chat.js'
import type { Dialect } from '../../../core/provider.js'
import { anthropicMessages } from '../../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'
import { chatRequestOf } from '../../support/chat-request.js'

/** The dialects that clients speak. */
const CLIENTS: readonly (readonly [label: string, dialect: Dialect])[] = [
  ['Chat Completions', openaiChat],
  ['Responses', openaiResponses],
  ['Messages', anthropicMessages],
  ['Gemini', gemini],
]

/** Something that an answer can hold, and what a client's body shows of it. */
interface Feature {
  readonly name: string
  readonly events: readonly ChatEvent[]
  readonly shown: RegExp
}

const block = (start: BlockStart, ...inside: readonly ChatEvent[]): readonly ChatEvent[] => [
  { type: 'block-start', choice: 0, block: 0, start },
  ...inside,
  { type: 'block-end', choice: 0, block: 0 },
]
const delta = (text: string): ChatEvent => ({ type: 'delta', choice: 0, block: 0, text })
const finish = (reason: FinishReason, more: { readonly stopSequence?: string } = {}): readonly ChatEvent[] => [
  { type: 'finish', choice: 0, reason, raw: '', ...more },
]
const usage = (counted: Usage): readonly ChatEvent[] => [
  { type: 'usage', usage: { prompt: 5000, completion: 6000, ...counted } },
]
const call = (kind: 'function' | 'custom'): BlockStart => ({
  kind: 'tool-call',
  id: 'call_a',
  name: 'look',
  call: kind,
})
const logprobs = { content: [{ token: 'marked', logprob: -1, bytes: null, top_logprobs: [] }] }

const FEATURES: readonly Feature[] = [
  { name: 'text', events: block({ kind: 'text' }, delta('marked')), shown: /marked/ },
  { name: 'reasoning', events: block({ kind: 'reasoning' }, delta('marked')), shown: /marked/ },
  {
    name: 'signature of reasoning, for the next turn',
    events: block({ kind: 'reasoning' }, delta('x'), { type: 'signature', choice: 0, block: 0, signature: 'marked' }),
    shown: /marked|bWFya2Vk/,
  },
  {
    name: 'encrypted reasoning',
    events: block({ kind: 'redacted-reasoning', data: 'marked' }),
    shown: /marked|bWFya2Vk/,
  },
  { name: 'call of a function', events: block(call('function'), delta('{"a":"marked"}')), shown: /marked/ },
  { name: 'call of a custom tool', events: block(call('custom'), delta('marked')), shown: /marked/ },
  { name: 'refusal in words', events: block({ kind: 'refusal' }, delta('marked')), shown: /marked/ },
  {
    name: 'log probabilities',
    events: block({ kind: 'text' }, { type: 'delta', choice: 0, block: 0, text: 'x', logprobs }),
    shown: /marked/,
  },
  {
    name: "citation in another API's form",
    events: block({ kind: 'text' }, delta('x'), {
      ...{ type: 'annotation', choice: 0, block: 0, dialect: 'another', value: { said: 'marked' } },
    }),
    shown: /marked/,
  },
  {
    name: "another provider's tool use (web search ...)",
    events: block({ kind: 'opaque', dialect: 'another', value: { said: 'marked' } }),
    shown: /marked/,
  },
  { name: 'finish: length', events: finish('length'), shown: /"length"|max_output_tokens"\}|max_tokens"|MAX_TOKENS/ },
  { name: 'finish: content filter', events: finish('content-filter'), shown: /content_filter|"refusal"|SAFETY/ },
  { name: 'finish: refusal', events: finish('refusal'), shown: /content_filter|"refusal"[^:]|SAFETY/ },
  { name: 'which stop sequence', events: finish('stop', { stopSequence: 'marked' }), shown: /marked/ },
  { name: 'usage: prompt and completion', events: usage({}), shown: /5000.*6000/ },
  { name: 'usage: cached prompt', events: usage({ cachedPrompt: 123 }), shown: /123/ },
  { name: 'usage: cache writes', events: usage({ cacheWrite: 123 }), shown: /123/ },
  { name: 'usage: reasoning', events: usage({ reasoning: 123 }), shown: /123/ },
  { name: 'usage: audio', events: usage({ audioPrompt: 123 }), shown: /123/ },
  { name: 'usage: web searches', events: usage({ webSearches: 123 }), shown: /123/ },
]

const END: readonly ChatEvent[] = [{ type: 'end' }]

function bodyFor(dialect: Dialect, { events }: Feature): string {
  const encoder = dialect.encodeEvents(chatRequestOf())
  const start: ChatEvent = { type: 'start', id: 'a', model: 'm', created: 1 }
  const stop = events.some(({ type }) => type === 'finish') ? [] : finish('stop')
  const frames = [start, ...events, ...stop, ...END].flatMap((event) => encoder.push(event))
  return [...frames, ...encoder.end('complete')].map(({ data }) => data).join('')
}

/** A Markdown table: which of an answer's features a client of each dialect gets. */
export function answerTable(): string {
  const lines = FEATURES.map((feature) => {
    const cells = CLIENTS.map(([, dialect]) => (feature.shown.test(bodyFor(dialect, feature)) ? 'kept' : 'left out'))
    return `| ${[feature.name, ...cells].join(' | ')} |`
  })
  const head = `| feature | ${CLIENTS.map(([label]) => label).join(' | ')} |`
  return [head, `| --- |${CLIENTS.map(() => ' --- |').join('')}`, ...lines].join('\n')
}
