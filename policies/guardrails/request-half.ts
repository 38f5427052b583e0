import { GatewayError } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'
import type { Call } from '../../core/policy.js'
import type { Site, Surfaces } from '../content/surfaces.js'
import type { Active } from './active.js'
import { type Edits, editsOf, rewrittenText } from './edits.js'
import type { Hit, Judgement } from './guard.js'
import { actionOn, acts, type GuardRule } from './guard-rule.js'
import { note, noteFailure, noteHit, noteScore } from './guard-tally.js'
import { type Asking, judge } from './judge.js'

/** What the guards say of a request. */
export type Findings =
  | { readonly kind: 'refuse'; readonly error: GatewayError }
  | {
      readonly kind: 'pass'
      readonly members: Readonly<Record<string, JsonValue>>
      /** The guards that have something against it, or could not say. */
      readonly hits: readonly string[]
    }

/** What one guard has said, and what it was asked about. */
interface Said {
  readonly active: Active
  readonly hit: Hit | undefined
  readonly error: GatewayError | undefined
  /** It could not judge, and the request goes on all the same: nobody knows that there is nothing. */
  readonly unknown?: true
}

/** Asks all guards at once. The first that blocks ends it: those that are still asked are told that nobody waits. */
export function askAll(
  actives: readonly Active[],
  surfaces: Surfaces,
  call: Call,
  asking: Asking,
): Findings | Promise<Findings> {
  const unread = [...surfaces.unscannable, ...call.content.files]
  const over = new AbortController()
  const gone = () => AbortSignal.any([over.signal, call.signal()])
  const asked = actives.map((active) => ask(active, unread, asking, gone))
  const said = asked.filter((each): each is Said => !(each instanceof Promise))
  const refused = said.find(({ error }) => error !== undefined)
  if (refused?.error || said.length === asked.length) {
    if (refused) cancel(actives, asked, over)
    return conclude(said, surfaces)
  }
  return firstError(asked).then((error) => {
    if (error === undefined) return Promise.all(asked).then((all) => conclude(all, surfaces))
    cancel(actives, asked, over)
    return { kind: 'refuse', error }
  })
}

/** Resolves with the first refusal, or without one when all have answered. */
function firstError(asked: readonly (Said | Promise<Said>)[]): Promise<GatewayError | undefined> {
  return new Promise((resolve) => {
    const all = asked.map(async (each) => {
      const { error } = await each
      if (error) resolve(error)
    })
    void Promise.all(all).then(() => resolve(undefined))
  })
}

function cancel(actives: readonly Active[], asked: readonly (Said | Promise<Said>)[], over: AbortController): void {
  for (const [index, { tally, answered }] of actives.entries()) {
    if (asked[index] instanceof Promise && !answered()) note(tally, 'cancelled')
  }
  over.abort()
}

function ask(active: Active, unread: readonly string[], asking: Asking, gone: () => AbortSignal): Said | Promise<Said> {
  const { rule, open, segments, tally } = active
  const startedAt = asking.clock.monotonic()
  tally.texts = segments.length
  tally.characters = segments.reduce((sum, { text }) => sum + text.length, 0)
  tally.unscannable = rule.on.length === 0 ? 0 : unread.length
  for (const { source } of segments) tally.surfaces.add(source)
  const [first] = unread
  if (first !== undefined && rule.unscannable === 'block' && rule.on.length > 0) {
    note(tally, 'blocked', 'unscannable')
    if (!rule.shadow) return { active, hit: undefined, error: unreadable(rule, first) }
  }
  if (open.request === undefined || segments.length === 0) return { active, hit: undefined, error: undefined }
  const done = (made: (active: Active) => Said): Said => {
    tally.ms = asking.clock.monotonic() - startedAt
    active.done()
    return made(active)
  }
  const heard = (judgement: Judgement) => done((active) => hear(active, judgement))
  const failed = (cause: unknown) => done((active) => fail(active, cause))
  try {
    const request = open.request.bind(open)
    const judgement = judge(request, rule.timeout, asking, gone)
    return judgement instanceof Promise ? judgement.then(heard).catch(failed) : heard(judgement)
  } catch (cause) {
    return failed(cause)
  }
}

function hear(active: Active, judgement: Judgement): Said {
  const { rule, tally } = active
  noteScore(tally, judgement)
  if (judgement.kind === 'clean') return { active, hit: undefined, error: undefined }
  noteHit(tally, rule, judgement)
  if (!acts(rule) || actionOn(rule, judgement) !== 'block') return { active, hit: judgement, error: undefined }
  return { active, hit: judgement, error: blocked(rule) }
}

function fail(active: Active, cause: unknown): Said {
  const { rule, tally } = active
  noteFailure(tally, cause)
  const error = rule.onFailure === 'block' && !rule.shadow ? unjudged(rule) : undefined
  return { active, hit: undefined, error, unknown: true }
}

function conclude(said: readonly Said[], surfaces: Surfaces): Findings {
  const refused = said.find(({ error }) => error !== undefined)
  if (refused?.error) return { kind: 'refuse', error: refused.error }
  const edits = new Map<Site, Edits>()
  const hits: string[] = []
  for (const { active, hit, unknown } of said) {
    if (active.rule.shadow) continue
    if (hit !== undefined || unknown) hits.push(active.rule.name)
    if (hit !== undefined && actionOn(active.rule, hit) !== 'flag') collect(active, hit, edits)
  }
  if (edits.size === 0) return { kind: 'pass', members: {}, hits }
  const members = surfaces.rewritten((site) => {
    const own = edits.get(site)
    return own && rewrittenText(site.text, own)
  })
  return { kind: 'pass', members, hits }
}

function collect({ rule, sites }: Active, hit: Hit, edits: Map<Site, Edits>): void {
  for (const [index, own] of editsOf(
    rule,
    hit,
    sites.map(({ text }) => text),
  )) {
    const site = sites[index]
    if (site) edits.set(site, [...(edits.get(site) ?? []), ...own])
  }
}

function blocked({ name }: GuardRule): GatewayError {
  return new GatewayError('guardrail_blocked', `The guardrail '${name}' blocks this request.`)
}

function unreadable({ name }: GuardRule, param: string): GatewayError {
  const message = `The guardrail '${name}' cannot read '${param}', and blocks what it cannot read.`
  return new GatewayError('guardrail_blocked', message, { param })
}

function unjudged({ name }: GuardRule): GatewayError {
  return new GatewayError(
    'guardrail_blocked',
    `The guardrail '${name}' could not judge this request, and blocks what it has not judged.`,
  )
}
