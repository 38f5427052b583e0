import { GatewayError } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'
import type { Call } from '../../core/policy.js'
import { then } from '../../core/transform.js'
import { eachInSteps, eachStepwise, inTurns, type Steps, type Turns } from '../../core/turns.js'
import { unreadable } from '../content/refusals.js'
import type { Site, Surfaces } from '../content/surfaces.js'
import type { Active } from './active.js'
import { type Edits, editsOf, rewrittenInSteps } from './edits.js'
import type { Hit, Judgement } from './guard.js'
import type { GuardRule } from './guard-rule.js'
import { note } from './guard-tally.js'
import { type Asking, judge } from './judge.js'
import { CLEAN, type Ruling, ruleOn, ruleOnFailure } from './ruling.js'

/** What the guards say of a request. */
export type Findings =
  | { readonly kind: 'refuse'; readonly error: GatewayError }
  | {
      readonly kind: 'pass'
      readonly members: Readonly<Record<string, JsonValue>>
      /** The guards that have something against it, or could not say. */
      readonly hits: readonly string[]
    }

/** What came of asking one guard; an error where that ends the request. */
interface Said {
  readonly active: Active
  readonly ruling: Ruling
  readonly error?: GatewayError
}

/** Characters and texts of a request from which on each guard begins with a turn of its own: several first ones would be a long one. */
const LONG = 4096

const takesLong = ({ tally: { characters, texts } }: Active) => characters + texts > LONG

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
  const asked = actives.map((active, index): Said | Promise<Said> => {
    if (index === 0 || !takesLong(active)) return ask(active, unread, asking, gone)
    return asking
      .pause()
      .then(() => (over.signal.aborted ? { active, ruling: CLEAN } : ask(active, unread, asking, gone)))
  })
  const said = asked.filter((each): each is Said => !(each instanceof Promise))
  const refused = said.find(({ error }) => error !== undefined)
  if (refused?.error || said.length === asked.length) {
    if (refused) cancel(actives, asked, over)
    return conclude(said, surfaces, asking)
  }
  return firstError(asked).then((error) => {
    if (error === undefined) return Promise.all(asked).then((all) => conclude(all, surfaces, asking))
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
  for (const [index, { tally }] of actives.entries()) {
    if (asked[index] instanceof Promise && !tally.answered) note(tally, 'cancelled')
  }
  over.abort()
}

function ask(active: Active, unread: readonly string[], asking: Asking, gone: () => AbortSignal): Said | Promise<Said> {
  const { rule, open, segments, tally } = active
  const startedAt = asking.clock.monotonic()
  tally.unscannable = rule.on.length === 0 ? 0 : unread.length
  const [first] = unread
  if (first !== undefined && rule.unscannable === 'block' && rule.on.length > 0) {
    note(tally, 'blocked', 'unscannable')
    if (!rule.shadow) return { active, ruling: CLEAN, error: unreadable(rule.name, first) }
  }
  if (open.request === undefined || segments.length === 0) return { active, ruling: CLEAN }
  const done = (ruling: Ruling): Said => {
    tally.ms = asking.clock.monotonic() - startedAt
    tally.answered = true
    return ruling.kind === 'block' ? { active, ruling, error: refusal(rule, ruling.why) } : { active, ruling }
  }
  const heard = (judgement: Judgement) => done(ruleOn(active, judgement))
  const failed = (cause: unknown) => done(ruleOnFailure(active, cause))
  try {
    const request = open.request.bind(open)
    const judgement = judge(request, rule.timeout, asking, gone)
    return judgement instanceof Promise ? judgement.then(heard).catch(failed) : heard(judgement)
  } catch (cause) {
    return failed(cause)
  }
}

function conclude(said: readonly Said[], surfaces: Surfaces, turns: Turns): Findings | Promise<Findings> {
  const refused = said.find(({ error }) => error !== undefined)
  if (refused?.error) return { kind: 'refuse', error: refused.error }
  const hits = said.flatMap(({ active, ruling }) => (ruling.kind === 'clean' ? [] : [active.rule.name]))
  return then(inTurns(changed(said, surfaces), turns), (members) => ({ kind: 'pass', members, hits }))
}

/** The members of the body that have to be others. */
function* changed(said: readonly Said[], { sites, rewriting }: Surfaces): Steps<Readonly<Record<string, JsonValue>>> {
  const changes = said.filter(({ ruling }) => ruling.kind === 'change')
  if (changes.length === 0) return {}
  const edits = new Array<Edits | undefined>(sites.length)
  for (const { active, ruling } of changes) if (ruling.kind === 'change') yield* collect(active, ruling.hit, edits)
  const made = new Array<string | undefined>(sites.length)
  function* write({ text }: Site, index: number): Steps<void> {
    const own = edits[index]
    if (own) made[index] = yield* rewrittenInSteps(text, own)
  }
  yield* eachStepwise(sites, () => 1, write)
  return yield* rewriting((_, index) => made[index])
}

function* collect({ rule, segments, sites }: Active, hit: Hit, edits: (Edits | undefined)[]): Steps<void> {
  const own = yield* editsOf(rule, hit, segments)
  function add(site: number, index: number): void {
    const more = own[index]
    if (more) edits[site] = edits[site]?.concat(more) ?? more
  }
  yield* eachInSteps(sites, () => 1, add)
}

function refusal({ name }: GuardRule, why: 'hit' | 'failure'): GatewayError {
  const message =
    why === 'hit'
      ? `The guardrail '${name}' blocks this request.`
      : `The guardrail '${name}' could not judge this request, and blocks what it has not judged.`
  return new GatewayError('guardrail_blocked', message)
}
