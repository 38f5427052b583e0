import { hash, randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemFiles } from '../io/billing/ledger-files.js'
import { openSource } from '../io/billing/source.js'
import { issueKey } from '../io/keys/key-changes.js'
import { foundKeys } from '../io/keys/key-record.js'
import { systemSchedule } from '../io/ledger/deadline.js'
import { openJournal } from '../io/ledger/journal.js'
import { createMemoryLedger } from '../io/ledger/memory-ledger.js'
import { createMetrics } from '../io/metrics.js'
import { OWN_TURNS } from '../io/own-turns.js'
import { createLog } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import { priceFor } from '../llm/prices/price.js'
import { createEncodings } from '../llm/tokens/encoding.js'
import { createRenewals } from '../policies/budget/renewals.js'
import type { Period, Rule } from '../policies/budget/rules.js'
import { spending } from '../policies/budget/spending.js'
import { identifyByKey } from '../policies/keys/identify-by-key.js'
import type { FoundKey } from '../policies/keys/key-book.js'
import { createMeter } from '../policies/metering/meter.js'
import { ruleOf as anyRule } from '../test/support/buckets.js'
import { bodyOf, callOf, identityOf, idOf, outcomeOf, requestOf, TARGET } from './observed-request.js'

/** Something that is done once per request. */
export interface Work {
  readonly name: string
  /** Does it so many times. */
  run(times: number): void | Promise<void>
  close?(): Promise<void>
}

/** As many different requests take turns. */
const REQUESTS = 256

/** How many requests are open at a time, as in a gateway whose providers take a while. */
const OPEN = 50

const bodies = Array.from({ length: REQUESTS }, (_, index) => bodyOf(index))
const requests = Array.from({ length: REQUESTS }, (_, index) => requestOf(index))
const requestAt = (index: number) => requests[index % REQUESTS] ?? requestOf(index)

/** What the others are compared with: reading a request's JSON. */
export function parsing(): Work {
  let seen = 0
  return {
    name: 'JSON.parse of the request',
    run(times) {
      for (let n = 0; n < times; n++) seen += Object.keys(JSON.parse(bodies[n % REQUESTS] ?? '{}')).length
      if (seen === 0) throw new Error('nothing was read')
    },
  }
}

/** The line of each request, into a file. */
export function logging(directory: string): Work {
  const log = createLog(join(directory, 'log'))
  const outcomes = requests.map((request, index) => outcomeOf(index, request))
  return {
    name: 'log line',
    async run(times) {
      for (let n = 0; n < times; n++) {
        const outcome = outcomes[n % REQUESTS]
        if (outcome) log.ended(outcome)
        if (n % OPEN === 0) await turn()
      }
    },
    close: log.close,
  }
}

/** All that is counted of each request. */
export function counting(): Work {
  const metrics = createMetrics(() => 0)
  const outcomes = requests.map((request, index) => outcomeOf(index, request))
  return {
    name: 'metrics',
    run(times) {
      for (let n = 0; n < times; n++) {
        const outcome = outcomes[n % REQUESTS]
        if (outcome) metrics.ended(outcome)
      }
    },
  }
}

const DAY: Period = { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' }
const MINUTE: Period = { kind: 'rolling', length: 60_000, slices: 6 }

/** Budgets in dollars that all count every request: of the organization, of its teams, of its users, and so on. */
export function budgets(count: number): readonly Rule[] {
  const each = [[], ['team'], ['user'], ['model']] as const
  return Array.from({ length: count }, (_, index) => ruleOf({ name: `budget-${index}`, each: each[index % 4] ?? [] }))
}

/** Requests and tokens per minute of each user. */
export const LIMITS: readonly Rule[] = (['requests', 'tokens'] as const).map((unit) =>
  ruleOf({ name: 'limit', section: 'limits', unit, each: ['user'], period: MINUTE }),
)

function ruleOf(members: Partial<Rule>): Rule {
  return anyRule({ limit: 2 ** 52, period: DAY, ...members })
}

/** A reservation by these rules, its provider asked, its headers, and its settlement, in memory; with `journal` also in a file. */
export function reserving(name: string, rules: readonly Rule[], journal?: string): Work {
  const clock = systemClock
  const ledger = createMemoryLedger({ clock, ...(journal !== undefined && { journal: openJournal(journal) }) })
  const meter = meterOf()
  const policy = spending({
    ...{ rules, ledger, clock, worstCost: meter.worstCost, countText: meter.countText },
    newId: randomUUID,
    wait: async () => {},
    renewals: createRenewals(() => () => {}, 20_000),
    exhausted() {},
    failed(error) {
      throw error
    },
  })
  const outcomes = requests.map((request, index) => outcomeOf(index, request))
  const calls = requests.map((_, index) => callOf(index))
  const serve = async (index: number) => {
    const [call, outcome] = [calls[index % REQUESTS], outcomes[index % REQUESTS]]
    if (!call || !outcome) return
    const asked = policy.admit({ ...requestAt(index), maxOutputTokens: 500 }, call)
    const verdict = asked instanceof Promise ? await asked : asked
    if (verdict.kind !== 'continue' || !verdict.watch) throw new Error(`the policy says ${verdict.kind}`)
    const { watch } = verdict
    watch.asked?.(TARGET, [])
    watch.headers?.()
    await turn()
    await watch.settle?.(outcome)
  }
  return {
    name,
    async run(times) {
      for (let n = 0; n < times; n += OPEN) await Promise.all(Array.from({ length: OPEN }, (_, m) => serve(n + m)))
    },
    close: ledger.close,
  }
}

/** The count of each request's prompt. */
export async function tokens(): Promise<Work> {
  const meter = meterOf()
  await meter.countPrompt(requestAt(0), TARGET)
  let seen = 0
  return {
    name: 'token count of the prompt',
    async run(times) {
      for (let n = 0; n < times; n++) {
        const counted = meter.countPrompt(requestAt(n), TARGET)
        seen += counted instanceof Promise ? (await counted).tokens : counted.tokens
      }
      if (seen === 0) throw new Error('nothing was counted')
    },
  }
}

/** Both rows of each request in the ledger of attempts, chained and in the file. */
export async function recording(directory: string): Promise<Work> {
  const source = await openSource({
    ...{ root: join(directory, 'ledger'), name: 'bench-0', files: systemFiles, ledger: undefined, clock: systemClock },
    settings: { segment: 64 * 1024 * 1024, fsync: 1_000, onFull: 'refuse' },
    ...{ schedule: systemSchedule, soon: setImmediate },
    hooks: { trouble() {}, writing() {}, recovered() {}, recoveryFailed() {} },
  })
  await source.recovered
  const outcomes = requests.map((request, index) => outcomeOf(index, request))
  const serve = async (index: number) => {
    const outcome = outcomes[index % REQUESTS]
    if (!outcome) return
    const [id, amounts] = [idOf(index), [['budgets/budget-0/usd/2026-01-01T00:00:00.000Z', 1_725_000]]] as const
    const held = [{ lease: id, amounts }]
    const identity = identityOf(index)
    source.recorder.asked({ id, attempt: 1, target: TARGET, model: 'gpt-4o', identity, leases: held })
    await turn()
    await source.recorder.settling(outcome, held)
    source.recorder.ended(outcome)
  }
  return {
    name: 'ledger rows',
    async run(times) {
      for (let n = 0; n < times; n += OPEN) await Promise.all(Array.from({ length: OPEN }, (_, m) => serve(n + m)))
    },
    async close() {
      await source.close()
    },
  }
}

/** A virtual key out of a thousand. */
export function lookingUp(): Work {
  const sha256 = (text: string) => hash('sha256', text)
  const found = new Map<string, FoundKey>()
  const texts = Array.from({ length: 1000 }, (_, index) => {
    const issue = { name: `key ${index}`, user: `user-${index}`, team: `team-${index % 20}` }
    const { key, text } = issueKey(issue, { by: 'bench', now: Date.now() }, { random: randomBytes, hash: sha256 })
    for (const [hash, one] of foundKeys(key)) found.set(hash, one)
    return text
  })
  const identify = identifyByKey(() => ({ tags: {} }), {
    book: { find: (hash) => found.get(hash), freshness: () => 'fresh' },
    ...{ clock: systemClock, hash: sha256, required: true, onStoreDown: 'refuse' },
    refused(reason) {
      throw new Error(`the key is ${reason}`)
    },
  })
  const headers = texts.map((text) => new Map([['authorization', `Bearer ${text}`]]))
  return {
    name: 'virtual key',
    run(times) {
      for (let n = 0; n < times; n++) identify({ header: (name) => headers[n % 1000]?.get(name) })
    },
  }
}

function meterOf() {
  return createMeter({
    encodings: createEncodings(readFile),
    tokenizerName: () => undefined,
    price: (target, now) => priceFor('openai', target.model, now, undefined),
    turns: OWN_TURNS,
  })
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
