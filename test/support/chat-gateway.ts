import type { Clock } from '../../core/clock.js'
import { type Gateway, makeGateway } from '../../core/gateway.js'
import { NOBODY } from '../../core/identity.js'
import type { Meter } from '../../core/meter.js'
import type { Observer } from '../../core/outcome.js'
import type { Policy } from '../../core/policy.js'
import type { Settings, Target } from '../../core/settings.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { framings } from '../../llm/framing/framings.js'
import { TURNS } from './turns.js'

export const CHAT_PATH = '/v1/chat/completions'

export interface ChatGatewayOptions {
  /** Of the only model. */
  readonly targets: readonly Target[]
  readonly model?: string
  readonly policies?: readonly Policy[]
  readonly strict?: boolean
  readonly timeouts?: Partial<Settings['timeouts']>
  readonly meter?: Partial<Meter>
  readonly clock?: Clock
  readonly observer?: Observer
}

/** A gateway for OpenAI's chats with one model, `m` unless said. It knows nobody, every prompt has seven tokens, nothing costs anything, and time stands still. */
export function chatGateway({ targets, model = 'm', ...options }: ChatGatewayOptions): Gateway {
  const settings: Settings = {
    models: new Map([[model, { name: model, targets }]]),
    version: 'v1',
    guardSets: new Set(),
    strict: options.strict ?? false,
    maxBody: 10_000,
    identify: () => NOBODY,
    timeouts: { connect: 1, firstToken: 500, response: 900, idle: 100, drain: 1, ...options.timeouts },
    policies: options.policies ?? [],
    turns: TURNS,
    meter: {
      countPrompt: () => ({ tokens: 7, upperBound: 7, exact: true }),
      promptCeiling: () => 7,
      countText: (text) => text.length,
      worstCost: () => 0n,
      cost: () => 0n,
      ...options.meter,
    },
    loadedAt: 5,
  }
  return makeGateway({
    settings: () => settings,
    endpoints: { at: (path) => (path === CHAT_PATH ? { dialect: openaiChat } : undefined), errorsAt: () => openaiChat },
    framings,
    clock: options.clock ?? { now: () => 0, monotonic: () => 0 },
    newId: () => 'id',
    observer: options.observer ?? { ended: () => undefined },
  })
}
