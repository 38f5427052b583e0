import type { ChatRequest } from '../../core/chat.js'
import type { Source } from '../../core/content.js'
import type { Call } from '../../core/policy.js'
import { eachInSteps, type Steps } from '../../core/turns.js'
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
  /** Where the segments stand, one by one: the index among all sites. */
  readonly sites: readonly number[]
}

/** What a guard reads of a request. */
interface Read {
  readonly sites: readonly number[]
  readonly segments: readonly Segment[]
  readonly characters: number
  readonly sources: ReadonlySet<Source>
}

const NOTHING: Read = { sites: [], segments: [], characters: 0, sources: new Set() }

/** Opens the guards that have something to say of this request, in steps. */
export function* activate(
  rules: readonly GuardRule[],
  sites: readonly Site[],
  request: ChatRequest,
  call: Call,
): Steps<readonly Active[]> {
  // Most guards read the same.
  const known = new Map<string, Read>()
  const actives: Active[] = []
  for (const rule of rules) {
    const read = known.get(rule.on.join()) ?? (yield* reading(rule.on, sites))
    known.set(rule.on.join(), read)
    const about = guarded(request, call, read.segments)
    const opened = open(rule, about)
    if (opened !== undefined) actives.push(active(rule, opened, about, read))
  }
  return actives
}

function* reading(on: GuardRule['on'], all: readonly Site[]): Steps<Read> {
  if (on.length === 0) return NOTHING
  const sites: number[] = []
  const segments: Segment[] = []
  const sources = new Set<Source>()
  let characters = 0
  function read({ text, source = 'user' }: Site, index: number): void {
    if (!on.includes(source)) return
    sites.push(index)
    segments.push({ text, source })
    sources.add(source)
    characters += text.length
  }
  yield* eachInSteps(all, () => 1, read)
  return { sites, segments, characters, sources }
}

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

function active(rule: GuardRule, opened: OpenGuard, request: GuardedRequest, read: Read): Active {
  const tally = guardTally()
  tally.texts = read.segments.length
  tally.characters = read.characters
  for (const source of read.sources) tally.surfaces.add(source)
  return {
    ...{ rule, open: opened, segments: read.segments, sites: read.sites, tally },
    again: () => ({ rule, open: open(rule, request) ?? opened, tally }),
  }
}
