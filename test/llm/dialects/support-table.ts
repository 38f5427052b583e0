import { isDeepStrictEqual } from 'node:util'
import type { ChatRequest } from '../../../core/chat.js'
import type { Provider, ProviderFamily } from '../../../core/provider.js'
import { providers } from '../../../llm/providers/index.js'
import { chatRequestOf, extrasOf } from '../../support/chat-request.js'
import { PROBES, type Probe } from './probes.js'

/** What becomes of a field: `same` is what the provider does anyway. */
type State = 'native' | 'emulated' | 'dropped' | 'same'

/** A provider kind, with the model that stands for it. */
interface Column {
  readonly label: string
  readonly provider: Provider
  readonly model: string
}

/** Of all kinds together. */
const OPTIONS = { apiVersion: '2025-01-01-preview', project: 'p', location: 'global', region: 'us-east-1' }

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0'

/** The models that stand for a kind, with a label where there are several. Kinds that are not here take any name. */
const MODELS: Readonly<Record<string, readonly (readonly [model: string, label?: string])[]>> = {
  openai: [['gpt-4.1']],
  azure: [['gpt-4.1']],
  anthropic: [['claude-sonnet-4-5'], ['claude-sonnet-4-0', 'before 4.5'], ['claude-opus-4-8', 'since 4.8']],
  gemini: [['gemini-2.5-flash'], ['gemini-3-pro-preview', 'since 3']],
  vertex: [['gemini-2.5-flash'], ['claude-sonnet-4-5@20250929', 'Claude 4.5']],
  bedrock: [[CLAUDE, 'Claude']],
  'bedrock-converse': [
    [CLAUDE, 'Claude'],
    ['amazon.nova-pro-v1:0', 'Nova'],
    ['meta.llama3-1-70b-instruct-v1:0', 'Llama'],
  ],
  'bedrock-invoke': [[CLAUDE, 'Claude']],
  mistral: [['mistral-large-latest']],
  groq: [['llama-3.3-70b-versatile'], ['openai/gpt-oss-120b', 'gpt-oss']],
  deepseek: [['deepseek-chat']],
  xai: [['grok-3'], ['grok-4-0709', 'reasoning']],
}

const CHATTING = [...providers].flatMap(([kind, family]) => columnsOf(kind, family))

function columnsOf(kind: string, family: ProviderFamily): readonly Column[] {
  const models = MODELS[kind] ?? [['a-model']]
  return models.flatMap(([model, label]) => {
    const provider = family.serving(model).find(({ dialect }) => dialect.task === 'chat')
    return provider === undefined ? [] : [{ label: label === undefined ? kind : `${kind} (${label})`, provider, model }]
  })
}

function write({ provider, model }: Column, members: Partial<ChatRequest>) {
  const messages: ChatRequest['messages'] = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }]
  const request = chatRequestOf({ messages, extras: extrasOf('another'), ...members, model })
  const { body, dropped, emulated = [] } = provider.dialect.encodeRequest(request, {})
  const target = { model, basePath: '', stream: request.stream, options: OPTIONS }
  const adjusted = provider.adjust?.(body, target)
  const whole = { ...body, ...adjusted?.members }
  const place = provider.build(new Uint8Array(), target).path
  return {
    sent: { ...JSON.parse(JSON.stringify(whole)), place },
    dropped: [...dropped, ...(adjusted?.dropped ?? [])],
    emulated: [...emulated, ...(adjusted?.emulated ?? [])],
  }
}

/** What becomes of one field at one provider, told by what it is sent with the field and without. */
function stateOf(column: Column, { members, base = {} }: Probe): State {
  const without = write(column, base)
  const within = write(column, members)
  const isNew = (path: string) => !without.dropped.includes(path)
  if (within.dropped.some(isNew)) return 'dropped'
  if (within.emulated.length > without.emulated.length) return 'emulated'
  return isDeepStrictEqual(within.sent, without.sent) ? 'same' : 'native'
}

/** Fields that some providers are not told, and do anyway, with the reason why nothing is lost. */
const DONE_ANYWAY: Readonly<Record<string, string>> = {
  'thinking: disabled': 'off unless asked for',
}

export interface Row {
  readonly field: string
  readonly states: ReadonlyMap<string, State>
}

export const rows = (): readonly Row[] =>
  PROBES.map((probe) => ({
    field: probe.field,
    states: new Map(CHATTING.map((column) => [column.label, stateOf(column, probe)])),
  }))

/** What is neither sent nor reported, and must not be. */
export const silentLosses = (table: readonly Row[]): readonly string[] =>
  table.flatMap(({ field, states }) =>
    [...states].flatMap(([label, state]) =>
      state === 'same' && !Object.hasOwn(DONE_ANYWAY, field) ? [`${field} at ${label}`] : [],
    ),
  )

/** A Markdown table; the longest of the three lists of a row is not spelled out. */
export function requestTable(table: readonly Row[]): string {
  const lines = table.map(({ field, states }) => {
    const of = (...wanted: readonly State[]) =>
      [...states].flatMap(([label, state]) => (wanted.includes(state) ? [label] : []))
    const lists = [of('native', 'same'), of('emulated'), of('dropped')]
    const longest = Math.max(...lists.map(({ length }) => length))
    const others = lists.filter(({ length }) => length === longest).length === 1 ? longest : -1
    const cells = lists.map((list) => {
      if (list.length !== others) return list.join(', ')
      return list.length === states.size ? 'everywhere' : 'everywhere else'
    })
    return `| ${[field, ...cells].join(' | ')} |`
  })
  return ['| field | native | emulated | dropped |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

/** The kinds and the models that stand for them, as a list. */
export const kinds = (): string => CHATTING.map(({ label, model }) => `${label}: \`${model}\``).join('; ')
