import { z } from 'zod'
import type { Source } from '../../policies/guardrails/guard.js'
import { SOURCES } from '../../policies/guardrails/guard.js'
import type { Action } from '../../policies/guardrails/guard-rule.js'
import { byShape, listSection } from './by-shape.js'
import type { GuardEntry, GuardUse } from './guards/entry.js'
import { guardKinds, type KindOptions } from './guards/kinds.js'
import { keyed } from './maps.js'
import { match, type Referable } from './match.js'
import { piiName } from './pii-values.js'
import { choice } from './rule-values.js'
import { listed } from './suggest.js'
import { uniqueNames } from './unique-names.js'
import { duration, flag, oneOf } from './values.js'

/** What a kind of guard has of its own, and what it does unless said. */
export interface GuardKind<Members extends z.ZodRawShape = z.ZodRawShape> {
  readonly members: Members
  /** Which half it reads; those that read both do so with `answers: true`. */
  readonly reads: 'requests' | 'answers' | 'both'
  readonly on: readonly Source[]
  /** The first is what it does unless said. */
  readonly actions: readonly Action[]
  /** Milliseconds. */
  readonly timeout: number
  use(written: z.infer<z.ZodObject<Members>>): GuardUse
  /** What no single member can tell. */
  check?(written: z.infer<z.ZodObject<Members>>, context: z.RefinementCtx): void
}

/** The section `guardrails`: a list of guards, each `{ name: ..., kind: ..., ... }`. */
export function guardrails(referable: Referable, options: KindOptions) {
  const kinds = guardKinds(options)
  const known = [...kinds.keys()]
  const entry = byShape<GuardEntry>((input) => {
    const kind = input instanceof Map ? kinds.get(String(input.get('kind')))?.() : undefined
    return kind === undefined ? kindless(known) : guardEntry(kind, referable)
  })
  return listSection(entry, `guards, each { name: ..., kind: ... } with one of the kinds ${listed(known)}`).superRefine(
    uniqueNames('guard'),
  )
}

/** Says what is wrong with an entry of no kind. */
function kindless(known: readonly string[]): z.ZodType<GuardEntry> {
  return keyed({ name: piiName(), kind: oneOf(known, 'a kind of guard') }).transform((): GuardEntry => z.NEVER)
}

/** An entry of one kind. */
export function guardEntry(kind: GuardKind, referable: Referable): z.ZodType<GuardEntry> {
  const { actions } = kind
  const schema = keyed({
    name: piiName(),
    kind: z.string(),
    match: match(referable),
    sets: z.array(piiName(), { error: 'must be a list of names of guard sets' }).default([]),
    on: kind.reads === 'answers' ? useless('answers') : sources(kind.on),
    answers: kind.reads === 'both' ? flag().default(false) : useless(kind.reads),
    action: choice(actions, 'what is done about a hit').default(actions[0] ?? 'block'),
    shadow: flag().default(false),
    timeout: duration(1).default(kind.timeout),
    onFailure: choice(['block', 'allow'], 'one of these').optional(),
    unscannable: choice(['allow', 'block'], 'one of these').default('allow'),
    ...kind.members,
  })
  return schema
    .superRefine((written, context) => kind.check?.(written, context))
    .transform((written): GuardEntry => {
      const { name, match, sets, action, shadow, timeout, unscannable } = written
      return {
        ...{ name, match, sets, action, shadow, timeout, unscannable },
        on: written.on ?? kind.on,
        answers: written.answers ?? kind.reads === 'answers',
        onFailure: written.onFailure ?? (action === 'flag' ? 'allow' : 'block'),
        use: kind.use(written),
      }
    })
}

function useless(reads: GuardKind['reads']) {
  return z.undefined({ error: `has no use: this kind reads ${reads} only; remove it` }).optional()
}

function sources(otherwise: readonly Source[]) {
  const error = `must be a list of whose texts are read: ${listed(SOURCES)}`
  return z.array(choice(SOURCES, 'whose texts are read'), { error }).default([...otherwise])
}
