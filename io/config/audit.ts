import { z } from 'zod'
import { type AuditRule, type AuditSettings, CONTENT_POLICIES } from '../../policies/audit/settings.js'
import { keyed } from './maps.js'
import { match, type Referable } from './match.js'
import { choice } from './rule-values.js'
import type { StoreSurroundings } from './store.js'
import { uniqueNames } from './unique-names.js'
import { size, text } from './values.js'

/** What the requests are kept by that no rule matches. */
const BY_DEFAULT = 'default'
const MOST_DAYS = 3650
const KIB = 1024

/** The section `audit`: what is kept of requests and for how long; undefined where it is left out. */
export function audit(referable: Referable, { resolve }: Pick<StoreSurroundings, 'resolve'>) {
  return keyed({
    content: content().default('off'),
    dir: text('the path of a directory').transform(resolve).optional(),
    keep: days().default(30),
    rules: z
      .array(
        keyed({
          name: ruleName(),
          match: match(referable, 'labels'),
          content: content().optional(),
          keep: days().optional(),
        }),
        { error: 'must be a list of rules, each { name: ..., match: { ... }, content: ..., keep: ... }' },
      )
      .superRefine(uniqueNames('rule of audit'))
      .default([]),
    maxContent: size(KIB, 512 * KIB).default(64 * KIB),
    onFull: choice(['refuse', 'admit'], 'one of these').default('refuse'),
  })
    .transform(({ rules, content, keep, ...rest }): AuditSettings => {
      const own = rules.map((rule): AuditRule => ({ content, keep, ...present(rule) }))
      return { ...rest, rules: [...own, { name: BY_DEFAULT, match: new Map(), content, keep }] }
    })
    .optional()
}

type Written = Pick<AuditRule, 'name' | 'match'> & { readonly [K in 'content' | 'keep']?: AuditRule[K] | undefined }

/** What a rule does not say is as the section says. */
function present({ name, match, content, keep }: Written) {
  return { name, match, ...(content !== undefined && { content }), ...(keep !== undefined && { keep }) }
}

function content() {
  return choice(CONTENT_POLICIES, 'how much is kept of prompts and answers')
}

function ruleName() {
  const error = `must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed, and not '${BY_DEFAULT}'`
  return z
    .string({ error })
    .regex(/^[A-Za-z0-9._-]{1,64}$/, { error })
    .refine((name) => name !== BY_DEFAULT, { error })
}

function days() {
  const error = `must be a number of days such as 30d, from 1d to ${MOST_DAYS}d`
  return z.string({ error }).transform((written, context) => {
    const [, digits] = /^(\d{1,4})d$/.exec(written) ?? []
    const count = Number(digits ?? 0)
    if (count >= 1 && count <= MOST_DAYS) return count
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}
