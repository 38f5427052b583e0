import type { ChatRequest } from '../../core/chat.js'
import type { Call } from '../../core/policy.js'
import type { Site } from '../content/surfaces.js'
import type { GuardedRequest, OpenGuard, Segment } from './guard.js'
import type { GuardRule } from './guard-rule.js'
import { type GuardTally, guardTally } from './guard-tally.js'

/** A guard at work on one request and its answer. */
export interface AtWork {
  readonly rule: GuardRule
  readonly open: OpenGuard
  readonly tally: GuardTally
}

/** One that has the request at hand. */
export interface Active extends AtWork {
  /** Anew, for another attempt: what it knows of an answer ends with that. */
  again(): AtWork
  readonly segments: readonly Segment[]
  /** Where the segments stand, one by one. */
  readonly sites: readonly Site[]
}

/** Opens the guards that have something to say of this request. */
export function activate(
  rules: readonly GuardRule[],
  sites: readonly Site[],
  request: ChatRequest,
  call: Call,
): readonly Active[] {
  return rules.flatMap((rule) => {
    const own = rule.on.length === 0 ? NONE : sites.filter(({ source = 'user' }) => rule.on.includes(source))
    const segments = own.map(({ text, source = 'user' }) => ({ text, source }))
    const about = guarded(request, call, segments)
    const opened = open(rule, about)
    return opened === undefined ? [] : [active(rule, opened, about, own)]
  })
}

const NONE: readonly Site[] = []

/** A guard that cannot even be opened fails whenever it is asked. */
function open({ guard }: GuardRule, request: GuardedRequest): OpenGuard | undefined {
  try {
    const opened: unknown = guard.open(request) ?? undefined
    if (opened === undefined || isOpenGuard(opened)) return opened
    throw new TypeError('what a guard opens is no guard')
  } catch (cause) {
    const fail = () => {
      throw cause
    }
    return { request: fail, answer: fail }
  }
}

/** One with neither half would never be asked. */
function isOpenGuard(opened: unknown): opened is OpenGuard {
  if (typeof opened !== 'object' || opened === null) return false
  const { request, answer }: { readonly request?: unknown; readonly answer?: unknown } = opened
  const halves = [request, answer].filter((half) => half !== undefined)
  return halves.length > 0 && halves.every((half) => typeof half === 'function')
}

function guarded(
  { model, messages, responseFormat }: ChatRequest,
  { id, identity, notes }: Call,
  segments: readonly Segment[],
): GuardedRequest {
  return {
    id,
    identity,
    model,
    messages: messages.length,
    segments,
    ...(responseFormat && { format: responseFormat }),
    found: notes.found,
  }
}

function active(rule: GuardRule, opened: OpenGuard, request: GuardedRequest, sites: readonly Site[]): Active {
  const tally = guardTally()
  return {
    ...{ rule, open: opened, segments: request.segments, sites, tally },
    again: () => ({ rule, open: open(rule, request) ?? opened, tally }),
  }
}
