import { z } from 'zod'
import { KEY_BUDGET, type OnExhausted, type OnStoreDown, type Period } from '../../policies/budget/rules.js'
import { byShape } from './by-shape.js'
import { keyed } from './maps.js'
import { configuredModel } from './match.js'
import { duration, integer, oneOf } from './values.js'

/** Counts that a store which counts in doubles keeps exactly, sums included. */
const MOST_COUNTED = 1_000_000_000_000_000
const MOST_ASSUMED = 1_000_000_000
/** A slice counts until all of it has passed: a window is at most a twentieth too strict. */
const SLICES = 20

/** The name of a budget or limit, of which `duplicates` are given more than once. */
export function ruleName(duplicates: ReadonlySet<string>) {
  const error = 'must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed'
  return z
    .string({ error })
    .regex(/^[A-Za-z0-9._-]{1,64}$/, { error })
    .refine((name) => name !== KEY_BUDGET, {
      error: 'is what the budgets of virtual keys are called; take another name',
    })
    .refine((name) => !duplicates.has(name), {
      error: 'is the name of more than one budget or limit; each needs a name of its own',
    })
}

/** A number of tokens or requests that is allowed. */
export function count() {
  return integer(1, MOST_COUNTED)
}

export function assumeOutput() {
  return integer(1, MOST_ASSUMED).default(4096)
}

export function onStoreDown() {
  const known: readonly OnStoreDown[] = ['refuse', 'admit', 'local-share']
  return choice(known, 'one of these').default('refuse')
}

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[], what: string) {
  return oneOf(words, what).transform((written, context): Word => {
    const word = words.find((known) => known === written)
    if (word !== undefined) return word
    context.addIssue({ code: 'custom', message: `must be ${what}` })
    return z.NEVER
  })
}

export function rolling(length: number): Period {
  return { kind: 'rolling', length, slices: SLICES }
}

/** What a budget does when it is used up. */
export function budgetExhausted(models: readonly string[] | undefined) {
  const word = choice(['refuse', 'alert'], '{ use: MODEL }, { wait: DURATION } or one of these words')
  const forms = keyed({ use: configuredModel(models).optional(), wait: waitingTime().optional() })
    .refine(({ use, wait }) => (use === undefined) !== (wait === undefined), {
      error: 'must have exactly one of the keys use, wait',
    })
    .transform(({ use, wait }): OnExhausted => {
      return use === undefined ? waiting(wait ?? 0) : { kind: 'use', model: use }
    })
  return byShape<OnExhausted>((input) =>
    input instanceof Map ? forms : word.transform((kind): OnExhausted => ({ kind })),
  ).prefault('refuse')
}

/** What a limit does when it is used up. */
export function limitExhausted() {
  const word = choice(['refuse'], '{ wait: DURATION } or this word')
  const wait = keyed({ wait: waitingTime() }).transform(({ wait }) => waiting(wait))
  return byShape<OnExhausted>((input) =>
    input instanceof Map ? wait : word.transform((kind): OnExhausted => ({ kind })),
  ).prefault('refuse')
}

/** Envoy gives Tollgate 30 s for an answer, and would fail the request after it. */
const LONGEST_WAIT = 25_000

function waitingTime() {
  return duration(1).refine((wait) => wait <= LONGEST_WAIT, {
    error: 'must be at most 25s: the gateway waits no longer',
  })
}

function waiting(atMost: number): OnExhausted {
  return { kind: 'wait', atMost }
}
