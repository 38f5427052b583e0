import { z } from 'zod'
import type { CustomPattern } from '../../policies/pii/detect/patterns.js'
import { ANSWER_MODES, type AnswerMode, REQUEST_MODES, type RequestMode } from '../../policies/pii/settings.js'
import { byShape } from './by-shape.js'
import { AT_KEY, keyed } from './maps.js'
import { choice } from './rule-values.js'
import { integer, text } from './values.js'

const LONGEST_PATTERN = 1000
/** In UTF-16 units. */
export const LONGEST_MATCH = 4096
const LEAST_KEY = 16

/** What an entity, or all secrets, may have of its own. */
export interface Own<Mode extends string> {
  readonly mode?: Mode | undefined
  readonly answers?: AnswerMode | undefined
  readonly threshold?: number | undefined
}

export function requestMode() {
  return choice(REQUEST_MODES, 'a mode')
}

export function answerMode() {
  return choice(ANSWER_MODES, 'a mode of answers')
}

/** A word is the mode of requests; `off` is that of answers too. */
function word<Mode extends string>(mode: Mode | 'off'): Own<Mode | 'off'> {
  return mode === 'off' ? { mode, answers: 'off' } : { mode }
}

/** What one entity has of its own. */
export function ownTreatment() {
  const members = keyed({
    mode: requestMode().optional(),
    answers: answerMode().optional(),
    threshold: fraction().optional(),
  })
  const modes = choice(REQUEST_MODES, '{ mode: ..., answers: ..., threshold: ... } or a mode')
  return byShape<Own<RequestMode>>((input) => (input instanceof Map ? members : modes.transform(word)))
}

/** What becomes of secrets: they are never put back. */
export function secretTreatment() {
  const members = keyed({ mode: answerMode().optional(), answers: answerMode().optional() })
  const modes = choice(ANSWER_MODES, '{ mode: ..., answers: ... } or a mode of secrets, which are never restored')
  return byShape<Own<AnswerMode>>((input) => (input instanceof Map ? members : modes.transform(word)))
}

/** A confidence. */
export function fraction() {
  const error = 'must be a number from 0 to 1'
  return z.number({ error }).min(0, { error }).max(1, { error })
}

export function piiName() {
  const error = 'must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed'
  return z.string({ error }).regex(/^[A-Za-z0-9._-]{1,64}$/, { error })
}

const ENTITY = /^[a-z][a-z0-9_]{0,47}$/

/** The name of an entity, the operator's own or not. */
function entityName() {
  const error = 'must be the name of an entity: a small letter, then up to 47 of a-z 0-9 _'
  return z.string({ error }).regex(ENTITY, { error })
}

/** The same as a map's key. */
export function entityKey() {
  return z.string().refine((name) => ENTITY.test(name), {
    error: 'is no name of an entity; a small letter, then up to 47 of a-z 0-9 _ are allowed',
    params: AT_KEY,
  })
}

/** A list of texts, which may be empty. */
export function texts(one: string, many: string) {
  return z.array(text(one), { error: `must be a list of ${many}` })
}

export function secretKey() {
  const error = `must be a secret text of at least ${LEAST_KEY} characters`
  return z.string({ error }).min(LEAST_KEY, { error })
}

/** A pattern in the syntax of RE2; `faultOf` tells what is wrong with one, without quoting it. */
export function patternText(faultOf: (pattern: string) => string | undefined) {
  const error = `must be a pattern of 1 to ${LONGEST_PATTERN} characters`
  return z
    .string({ error })
    .min(1, { error })
    .max(LONGEST_PATTERN, { error })
    .superRefine((written, context) => {
      const fault = written.length > LONGEST_PATTERN ? undefined : faultOf(written)
      if (fault === undefined) return
      context.addIssue({ code: 'custom', message: `is no pattern: ${fault}; the syntax of RE2 is allowed` })
    })
}

/** Patterns of the operator's own, each compiled once to see whether it can be. */
export function patterns(faultOf: (pattern: string) => string | undefined) {
  const pattern = keyed({
    name: entityName(),
    pattern: patternText(faultOf),
    confidence: fraction().optional(),
    maxLength: integer(1, LONGEST_MATCH).optional(),
  }).transform(({ name, pattern, confidence, maxLength }): CustomPattern => {
    return {
      ...{ name, pattern },
      ...(confidence === undefined ? {} : { confidence }),
      ...(maxLength === undefined ? {} : { maxLength }),
    }
  })
  return z.array(pattern, { error: 'must be a list of patterns, each { name: ..., pattern: ... }' })
}
