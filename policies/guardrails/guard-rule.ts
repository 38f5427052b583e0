import type { Match } from '../budget/rules.js'
import type { Guard, Hit, Source } from './guard.js'

/**
 * What is done about a hit: the request is refused and an answer ends (`block`), it is told in log and metrics only (`flag`), the
 * whole text is taken out (`strip`), or what was found in it (`mask`). `advised`: what the guard itself says, `block` where it says
 * nothing.
 */
export const ACTIONS = ['block', 'flag', 'strip', 'mask', 'advised'] as const
export type Action = (typeof ACTIONS)[number]

/** One entry of the configuration's `guardrails`; all that match a request are asked. */
export interface GuardRule {
  /** As in errors, logs and metrics. */
  readonly name: string
  readonly match: Match
  /** The guard sets that it belongs to: asked only where the route asks for one of them. Empty: asked on every route. */
  readonly sets: readonly string[]
  readonly guard: Guard
  /** `elsewhere`: it asks a service, or its code is the operator's own. Who only wants to know what would happen does not ask it. */
  readonly judges?: 'elsewhere'
  /** Whose texts of a request it reads; none where it is about answers only. */
  readonly on: readonly Source[]
  /** Whether it reads answers. */
  readonly answers: boolean
  readonly action: Action
  /** It is asked and told of, and nothing is done. */
  readonly shadow: boolean
  /** Milliseconds that one question may take. */
  readonly timeout: number
  /** What a guard that fails or is late leads to. */
  readonly onFailure: 'block' | 'allow'
  /** A request with something in it that nobody here can read: pictures, sound, references. */
  readonly unscannable: 'block' | 'allow'
}

/** What is done about this hit, in shadow mode only in thought. */
export function actionOn({ action }: Pick<GuardRule, 'action'>, { advice }: Hit): Exclude<Action, 'advised'> {
  return action === 'advised' ? (advice ?? 'block') : action
}

/** Whether a hit may change anything: what is only told of holds nothing back. */
export function acts({ shadow, action }: Pick<GuardRule, 'shadow' | 'action'>): boolean {
  return !shadow && action !== 'flag'
}
