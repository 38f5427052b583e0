import { z } from 'zod'
import {
  type ClassificationSettings,
  LABELS,
  type LabelCondition,
  type LabelRule,
} from '../../policies/classification/settings.js'
import { oneOrMore } from './by-shape.js'
import type { GuardEntry } from './guards/entry.js'
import { AT_KEY, keyed, named } from './maps.js'
import { match, type Referable } from './match.js'
import { count } from './rule-values.js'
import { listed } from './suggest.js'
import { oneOf, text } from './values.js'

/** What rules of `classification` may name. A list is undefined where it cannot be judged. */
export interface ClassificationNames {
  /** Everything that the filter of personal data can find. */
  readonly entities: readonly string[] | undefined
  /** The guards of the file. */
  readonly guards: readonly string[] | undefined
}

/** The section `classification`; undefined where it is left out. */
export function classification(referable: Referable, names: ClassificationNames) {
  return keyed({
    labels: labels().prefault([...LABELS]),
    default: z.string({ error: 'must be one of the labels' }).optional(),
    rules: z
      .array(keyed({ label: labelName(), when: condition(referable, names) }), {
        error: 'must be a list of rules, each { label: ..., when: { ... } }',
      })
      .default([]),
    targets: named(
      z.string(),
      providers(referable),
      0,
      'labels to the providers that may be sent what has them',
    ).prefault(new Map()),
  })
    .superRefine(checkLabels)
    .transform(({ labels, rules, targets, ...written }): ClassificationSettings => {
      return { labels, rules: rules.map(ruleOf), targets, byDefault: written.default ?? labels[0] ?? '' }
    })
    .optional()
}

interface Guarded {
  readonly guardrails: readonly Pick<GuardEntry, 'name' | 'shadow' | 'action' | 'on'>[]
  readonly classification?: ClassificationSettings | undefined
}

/** A guard that lets nothing pass, or whose hits nobody hears of, makes no label: the rule would protect nothing. */
export function checkGuardsOf({ guardrails, classification }: Guarded, context: z.core.$RefinementCtx): void {
  const mute = new Set(
    guardrails.flatMap(({ name, shadow, action, on }) =>
      shadow || action === 'block' || on.length === 0 ? [name] : [],
    ),
  )
  for (const [index, { when }] of (classification?.rules ?? []).entries()) {
    const name = when.guards?.find((guard) => mute.has(guard))
    if (name === undefined) continue
    const message = `names ${name}, whose hits never make a label: it must read requests with another action than block, and not be in shadow`
    context.addIssue({ code: 'custom', path: ['classification', 'rules', index, 'when', 'guards'], message })
  }
}

function labelName() {
  const error = 'must be a label; 1 to 32 of a-z 0-9 _ - are allowed'
  return z.string({ error }).regex(/^[a-z0-9_-]{1,32}$/, { error })
}

function labels() {
  const what = 'a list of labels, the lowest first'
  return z
    .array(labelName(), { error: `must be ${what}` })
    .min(1, { error: `must not be empty; it must be ${what}` })
    .refine((labels) => new Set(labels).size === labels.length, { error: 'has a label twice; once is enough' })
}

function condition(referable: Referable, { entities, guards }: ClassificationNames) {
  const entity =
    entities === undefined ? text('the name of an entity') : oneOf(entities, 'an entity that is looked for')
  const guard = guards === undefined ? text('the name of a guard') : oneOf(guards, 'one of the guardrails')
  return keyed({
    entities: oneOrMore(entity, 'the name of an entity or a list of names').optional(),
    atLeast: count().optional(),
    guards: oneOrMore(guard, 'the name of a guard or a list of names').optional(),
    match: match(referable),
  }).refine(({ entities, atLeast, guards, match }) => (entities ?? atLeast ?? guards) !== undefined || match.size > 0, {
    error: 'must have at least one of the keys entities, atLeast, guards, match',
  })
}

type WrittenCondition = z.infer<ReturnType<typeof condition>>

function ruleOf({ label, when }: { readonly label: string; readonly when: WrittenCondition }): LabelRule {
  const { entities, atLeast, guards, match } = when
  const condition: LabelCondition = {
    ...(entities && { entities }),
    ...(atLeast !== undefined && { atLeast }),
    ...(guards && { guards }),
    ...(match.size > 0 && { match }),
  }
  return { label, when: condition }
}

function providers({ providers }: Referable) {
  const one =
    providers === undefined ? text('the name of a provider') : oneOf(providers, 'one of the configured providers')
  return oneOrMore(one, 'the name of a provider or a list of names')
}

interface Labelled {
  readonly labels: readonly string[]
  readonly default?: string | undefined
  readonly rules: readonly { readonly label: string }[]
  readonly targets: ReadonlyMap<string, unknown>
}

function checkLabels({ labels, rules, targets, ...written }: Labelled, context: z.core.$RefinementCtx): void {
  const check = (label: string | undefined, path: readonly (string | number)[], params = {}) => {
    if (label === undefined || labels.includes(label)) return
    const verb = 'at' in params ? 'is none' : 'must be one'
    context.addIssue({ code: 'custom', path: [...path], message: `${verb} of the labels: ${listed(labels)}`, params })
  }
  check(written.default, ['default'])
  for (const [index, { label }] of rules.entries()) check(label, ['rules', index, 'label'])
  for (const label of targets.keys()) check(label, ['targets', label], AT_KEY)
}
