import type { ContentOf } from '../../core/content.js'
import { GatewayError } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'
import { countFinding } from './audit-tally.js'
import { modeFor } from './compiled.js'
import type { Finding } from './detect/finding.js'
import type { Placeholders } from './placeholders/placeholders.js'
import { type Reading, spelled } from './reading.js'
import { redactTexts, replacer } from './redact.js'
import { type Site, type Surfaces, surfacesOf } from './request/surfaces.js'
import { type Found, scanTexts } from './scan-texts.js'
import type { PiiRule } from './settings.js'
import { AT_ONCE, inTurns, type Steps, type Turns } from './steps.js'

export type Members = Readonly<Record<string, JsonValue>>

type Pauses = Pick<Turns, 'clock' | 'pause'>

/** Of a dialect that does not say, everything is content. */
const ALL_CONTENT: ContentOf = () => 'data'

/** A text in which nothing was found costs a little, too. */
const TEXT = 4
const FINDING = 2
/** Characters that are only looked at for the cost of one that is scanned. */
const PLAIN = 8

/**
 * The members of the body that have to be others. Small requests are done at once, longer ones in turns with other work. Throws
 * `guardrail_blocked`, `ScanTimeout` where all of it takes too long, and what scanning throws.
 */
export function redactRequest(reading: Reading, { clock, pause }: Pauses): Members | Promise<Members> {
  const { compiled, call, tally } = reading
  const { rule } = compiled
  const { body, contentOf = ALL_CONTENT } = call.content
  const surfaces = surfacesOf(body, contentOf)
  const { sites } = surfaces
  const unscannable = [...surfaces.unscannable, ...call.content.files]
  tally.unscannable = unscannable.length
  if (rule.unscannable === 'block' && unscannable[0] !== undefined) throw unreadable(rule, unscannable[0])
  tally.texts = sites.length
  tally.characters = sites.reduce((sum, { text }) => sum + text.length, 0)
  return inTurns(redaction(reading, surfaces), { clock, timeout: rule.timeout, pause })
}

function* redaction(reading: Reading, { sites, rewritten }: Surfaces): Steps<Members> {
  const { compiled, placeholders, digest, tally } = reading
  const modeOf = (finding: Finding) => modeFor(compiled.rule.request, finding)
  const found = yield* scanTexts(sites, compiled.request)
  if (!(yield* note(reading, sites, found))) return {}
  yield* avoidAll(placeholders, sites)
  const redacted = yield* redactTexts(sites, found, replacer(modeOf, placeholders, digest))
  yield tally.characters / PLAIN
  return rewritten((site) => redacted.get(site))
}

/** Counts what was found, and tells whether any of it has to be replaced. Throws `guardrail_blocked`. */
function* note({ compiled: { rule }, tally, sent }: Reading, sites: readonly Site[], found: Found): Steps<boolean> {
  let touched = false
  for (const [index, { text }] of sites.entries()) {
    const findings = found[index] ?? []
    yield TEXT + findings.length * FINDING
    for (const finding of findings) {
      const mode = modeFor(rule.request, finding)
      if (mode === 'off') continue
      countFinding(tally, finding)
      if (mode === 'block') throw blocked(rule, finding)
      if (mode === 'report') sent.add(spelled(text.slice(finding.start, finding.end)))
      else touched = true
    }
  }
  return touched
}

function* avoidAll(placeholders: Placeholders, sites: readonly Site[]): Steps<void> {
  for (const { text } of sites) {
    for (let from = 0; from < text.length; from += AT_ONCE) {
      const to = Math.min(text.length, from + AT_ONCE)
      yield TEXT + ((to - from) * 2) / PLAIN
      placeholders.avoid(text, from, to)
    }
  }
}

function blocked({ name }: PiiRule, { entity }: Finding): GatewayError {
  return new GatewayError('guardrail_blocked', `The guardrail '${name}' blocks requests that have ${entity} in them.`)
}

function unreadable({ name }: PiiRule, param: string): GatewayError {
  const message = `The guardrail '${name}' cannot read '${param}', and blocks what it cannot read.`
  return new GatewayError('guardrail_blocked', message, { param })
}
