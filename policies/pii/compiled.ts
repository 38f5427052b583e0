import { createDetector, type Detector } from './detect/detector.js'
import type { Finding } from './detect/finding.js'
import { type DetectorOptions, entityNames } from './detect/options.js'
import { secretNames } from './secrets/options.js'
import type { AnswerMode, PiiRule, RequestMode, Treatment } from './settings.js'

/** A rule with its detectors: of answers fewer kinds may be wanted than of requests. */
export interface CompiledRule {
  readonly rule: PiiRule
  readonly request: Detector
  /** Undefined where nothing is looked for in answers. */
  readonly answer: Detector | undefined
}

/** Throws what `createDetector` throws. `names` is what was learned of names, read where the rule looks for them. */
export function compileRule(rule: PiiRule, names?: DetectorOptions['names']): CompiledRule {
  const request = createDetector(detectorOptions(rule, rule.request, names))
  if (isOff(rule.answer)) return { rule, request, answer: undefined }
  const same = sameSearch(rule.request, rule.answer)
  return { rule, request, answer: same ? request : createDetector(detectorOptions(rule, rule.answer, names)) }
}

/** What becomes of a finding. */
export function modeFor<Mode extends RequestMode | AnswerMode>(
  { mode, byEntity, secrets }: Treatment<Mode>,
  { entity, recognizer }: Pick<Finding, 'entity' | 'recognizer'>,
): Mode {
  return byEntity.get(entity) ?? (recognizer === 'secret' ? secrets : mode)
}

const SECRETS: ReadonlySet<string> = new Set(secretNames())

function seeksSecrets({ secrets, byEntity }: AnyTreatment): boolean {
  return secrets !== 'off' || [...byEntity].some(([entity, own]) => own !== 'off' && SECRETS.has(entity))
}

type AnyTreatment = Treatment<RequestMode> | Treatment<AnswerMode>

function detectorOptions(rule: PiiRule, treatment: AnyTreatment, names: DetectorOptions['names']) {
  const { packs, regions, threshold, thresholds, allow, deny, patterns } = rule
  const secrets = seeksSecrets(treatment)
  return {
    entities: entitiesOf(rule, treatment),
    alsoEntities: treatment.mode === 'off' ? [] : namedBy(rule),
    ...{ packs, regions, threshold, thresholds, allow, deny, patterns, secrets, names },
  }
}

/** Entities that have something of their own: in requests and answers the same, so that one detector is enough. */
function namedBy({ entities, request, answer }: PiiRule): readonly string[] {
  return entities ? [] : [...request.byEntity.keys(), ...answer.byEntity.keys()]
}

/** With everything else off only what is named on; undefined for all. What is off by itself is found and left. */
function entitiesOf(rule: PiiRule, { mode, byEntity }: AnyTreatment): readonly string[] | undefined {
  if (mode !== 'off') return rule.entities && withoutForeign(rule, rule.entities)
  const on = [...byEntity].filter(([entity, own]) => own !== 'off' && !SECRETS.has(entity))
  return withoutForeign(
    rule,
    on.map(([entity]) => entity),
  )
}

/** What only the rule's analyzer knows is not looked for here. */
function withoutForeign({ analyzer, deny, patterns }: PiiRule, entities: readonly string[]): readonly string[] {
  if (analyzer === undefined) return entities
  const known = new Set([...entityNames(), ...Object.keys(deny), ...patterns.map(({ name }) => name)])
  return entities.filter((entity) => known.has(entity))
}

function isOff({ mode, byEntity, secrets }: AnyTreatment): boolean {
  return mode === 'off' && secrets === 'off' && [...byEntity.values()].every((own) => own === 'off')
}

function sameSearch(some: AnyTreatment, others: AnyTreatment): boolean {
  return seeksSecrets(some) === seeksSecrets(others) && some.mode !== 'off' && others.mode !== 'off'
}
