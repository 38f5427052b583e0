import { createDetector, type Detector } from './detect/detector.js'
import type { Finding } from './detect/finding.js'
import { secretNames } from './secrets/options.js'
import type { AnswerMode, PiiRule, RequestMode, Treatment } from './settings.js'

/** A rule with its detectors: of answers fewer kinds may be wanted than of requests. */
export interface CompiledRule {
  readonly rule: PiiRule
  readonly request: Detector
  /** Undefined where nothing is looked for in answers. */
  readonly answer: Detector | undefined
}

export function compileRule(rule: PiiRule): CompiledRule {
  const request = createDetector(detectorOptions(rule, rule.request))
  if (isOff(rule.answer)) return { rule, request, answer: undefined }
  const same = sameSearch(rule.request, rule.answer)
  return { rule, request, answer: same ? request : createDetector(detectorOptions(rule, rule.answer)) }
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

function detectorOptions(rule: PiiRule, treatment: AnyTreatment) {
  const { packs, regions, threshold, thresholds, allow, deny, patterns } = rule
  const secrets = seeksSecrets(treatment)
  return {
    entities: entitiesOf(rule, treatment),
    packs,
    regions,
    threshold,
    thresholds,
    allow,
    deny,
    patterns,
    secrets,
  }
}

/** With everything else off only what is named on; undefined for all. What is off by itself is found and left. */
function entitiesOf({ entities }: PiiRule, { mode, byEntity }: AnyTreatment): readonly string[] | undefined {
  if (mode !== 'off') return entities
  return [...byEntity].filter(([entity, own]) => own !== 'off' && !SECRETS.has(entity)).map(([entity]) => entity)
}

function isOff({ mode, byEntity, secrets }: AnyTreatment): boolean {
  return mode === 'off' && secrets === 'off' && [...byEntity.values()].every((own) => own === 'off')
}

function sameSearch(some: AnyTreatment, others: AnyTreatment): boolean {
  return seeksSecrets(some) === seeksSecrets(others) && some.mode !== 'off' && others.mode !== 'off'
}
