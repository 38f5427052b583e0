import { z } from 'zod'
import { ourEntity } from '../../policies/pii/external/analyzer-entities.js'
import type { AnswerMode, PiiRule, Treatment } from '../../policies/pii/settings.js'
import type { PiiVocabulary } from '../../policies/pii/vocabulary.js'
import { byShape } from './by-shape.js'
import { AT_KEY, keyed, namedSection } from './maps.js'
import { match, type Referable } from './match.js'
import { analyzer } from './pii-analyzer.js'
import {
  answerMode,
  entityKey,
  fraction,
  type Own,
  ownTreatment,
  patterns,
  piiName,
  requestMode,
  secretKey,
  secretTreatment,
  texts,
} from './pii-values.js'
import { choice } from './rule-values.js'
import { didYouMean, listed } from './suggest.js'
import { unenforced } from './unenforced.js'
import { uniqueNames } from './unique-names.js'
import { duration, oneOf } from './values.js'

const NAME = 'pii'

/**
 * The section `pii`: one rule, or a list of named ones. None where it is left out, empty, or off altogether; refused in a build that
 * has no detector.
 */
export function pii(referable: Referable, vocabulary: PiiVocabulary | undefined) {
  const none = (): readonly PiiRule[] => []
  if (vocabulary === undefined) return unenforced().transform(none).prefault([])
  return byShape<readonly PiiRule[]>((input) => {
    if (isEmpty(input)) return z.unknown().transform(none)
    if (!Array.isArray(input)) return piiRule(referable, vocabulary).transform((rule) => rulesIn([rule]))
    return z
      .array(piiRule(referable, vocabulary, 'in a list'))
      .superRefine(uniqueNames('entry of pii'))
      .transform(rulesIn)
  }).prefault([])
}

function rulesIn(rules: readonly PiiRule[]): readonly PiiRule[] {
  return rules.every(isOff) ? [] : rules
}

function isEmpty(input: unknown): boolean {
  if (Array.isArray(input)) return input.length === 0
  return input === undefined || input === null || (input instanceof Map && input.size === 0)
}

/** One rule; in a list it has a name of its own. */
export function piiRule(referable: Referable, vocabulary: PiiVocabulary, where: 'alone' | 'in a list' = 'alone') {
  const locales = [...new Set(vocabulary.entities.values())]
  return keyed({
    name: where === 'alone' ? piiName().default(NAME) : piiName(),
    match: match(referable),
    mode: requestMode().default('restore'),
    answers: answerMode().optional(),
    secrets: secretTreatment().optional(),
    entities: texts('the name of an entity', 'names of entities').optional(),
    per: namedSection(z.string(), ownTreatment(), 'names of entities to what they have of their own'),
    locales: z.array(oneOf(locales, 'a pack of this build'), { error: 'must be a list of packs' }).optional(),
    regions: z
      .array(oneOf(vocabulary.regions, 'a country such as US'), { error: 'must be a list of countries' })
      .optional(),
    threshold: fraction().optional(),
    allow: texts('a value', 'values').default([]),
    deny: namedSection(entityKey(), texts('a term', 'terms'), 'names of entities to lists of terms'),
    patterns: patterns(vocabulary.patternFault).default([]),
    analyzer: analyzer().optional(),
    unscannable: choice(['allow', 'block'], 'one of these').default('allow'),
    onFailure: choice(['block', 'allow'], 'one of these').default('block'),
    timeout: duration(1).default(1000),
    key: secretKey().optional(),
  })
    .superRefine((written, context) => checkEntities(written, vocabulary, context))
    .transform(ruleOf)
}

type Written = Omit<PiiRule, 'request' | 'answer' | 'packs' | 'thresholds' | 'deny'> & {
  readonly mode: PiiRule['request']['mode']
  readonly answers?: AnswerMode | undefined
  readonly secrets?: Own<AnswerMode> | undefined
  readonly per: ReadonlyMap<string, Own<PiiRule['request']['mode']>>
  readonly locales?: readonly string[] | undefined
  readonly deny: ReadonlyMap<string, readonly string[]>
}

/** With `mode: off` everything that is not said is off. */
function ruleOf({ mode, answers, secrets, per, locales, deny, ...rule }: Written): PiiRule {
  const off = mode === 'off'
  const own = [...per]
  const request: PiiRule['request'] = {
    mode,
    byEntity: given(own.map(([entity, { mode }]) => [entity, mode])),
    secrets: secrets?.mode ?? (off ? 'off' : 'mask'),
  }
  const answer: PiiRule['answer'] = {
    mode: answers ?? (off ? 'off' : 'report'),
    byEntity: given(own.map(([entity, { answers }]) => [entity, answers])),
    secrets: secrets?.answers ?? (off ? 'off' : 'mask'),
  }
  const thresholds = Object.fromEntries(given(own.map(([entity, { threshold }]) => [entity, threshold])))
  return {
    ...rule,
    ...{ request, answer, thresholds, deny: Object.fromEntries(deny) },
    ...(locales === undefined ? {} : { packs: locales }),
  }
}

function given<Value>(pairs: readonly (readonly [string, Value | undefined])[]): ReadonlyMap<string, Value> {
  return new Map(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))
}

function isOff({ request, answer }: PiiRule): boolean {
  const none = ({ mode, byEntity, secrets }: Treatment<string>): boolean =>
    [mode, secrets, ...byEntity.values()].every((word) => word === 'off')
  return none(request) && none(answer)
}

type Context = z.core.$RefinementCtx

/** What is named must be looked for: an entity that never turns up would be protected in the file only. */
function checkEntities(written: Written, vocabulary: PiiVocabulary, context: Context): void {
  const { entities } = vocabulary
  if (isOff(ruleOf(written))) return
  const others = written.analyzer?.entities.map(ourEntity) ?? []
  const own = new Set([...written.deny.keys(), ...written.patterns.map(({ name }) => name), ...others])
  const packs = written.locales && new Set([...written.locales, 'global'])
  const names = [...entities.keys(), ...own]
  const fault = (name: string): string | undefined => {
    if (own.has(name)) return undefined
    if (vocabulary.secrets.has(name))
      return 'is a rule for secrets, which are looked for unless secrets is off; name it in per'
    const pack = entities.get(name)
    if (pack === undefined) return `is no entity of this build; allowed: ${listed(names)}${didYouMean(name, names)}`
    return packs?.has(pack) === false
      ? `belongs to the pack ${pack}, which is not among locales; add it there`
      : undefined
  }
  const refuse = (message: string | undefined, path: readonly (string | number)[], params = {}) => {
    if (message !== undefined) context.addIssue({ code: 'custom', path: [...path], message, params })
  }
  for (const [index, name] of (written.entities ?? []).entries()) refuse(fault(name), ['entities', index])
  for (const [name, { mode, threshold }] of written.per) {
    if (vocabulary.secrets.has(name) && !own.has(name)) {
      if (mode === 'restore') refuse('must not be restore: secrets are never put back', ['per', name])
      if (threshold !== undefined) refuse('has no use for secrets; remove it', ['per', name, 'threshold'])
      continue
    }
    const left = written.entities !== undefined && !own.has(name) && !written.entities.includes(name)
    refuse(fault(name) ?? (left ? 'is not among entities; add it there' : undefined), ['per', name], AT_KEY)
  }
}
