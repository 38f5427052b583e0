import { copied } from '../../core/copied.js'
import { GatewayError } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'
import { AT_ONCE, inTurns, type Steps, type Turns } from '../../core/turns.js'
import { unreadable } from '../content/refusals.js'
import { type Site, type Surfaces, surfacesIn } from '../content/surfaces.js'
import { countFinding } from './audit-tally.js'
import { modeFor } from './compiled.js'
import type { Finding } from './detect/finding.js'
import { type AnalyzerParts, findElsewhere } from './external/elsewhere.js'
import { mergeFound } from './external/merge-findings.js'
import type { Placeholders } from './placeholders/placeholders.js'
import { type Reading, spelled } from './reading.js'
import { redactTexts, replacer } from './redact.js'
import { type Found, scanTexts } from './scan-texts.js'
import type { AnalyzerSettings, PiiRule } from './settings.js'

export type Members = Readonly<Record<string, JsonValue>>

interface Pauses extends Pick<Turns, 'clock' | 'pause'> {
  readonly analyzer?: AnalyzerParts
}

/** A text in which nothing was found costs a little, too. */
const TEXT = 4
const FINDING = 2
/** Characters that are only looked at for the cost of one that is scanned. */
const PLAIN = 8

/**
 * The members of the body that have to be others. Small requests are done at once, longer ones in turns with other work. Throws
 * `guardrail_blocked`, `ScanTimeout` where all of it takes too long, and what scanning throws. With an analyzer its findings are waited
 * for; rejects with `ClientGone` where the client does not.
 */
export function redactRequest(reading: Reading, { clock, pause, analyzer }: Pauses): Members | Promise<Members> {
  const { compiled, call, tally } = reading
  const { rule } = compiled
  const surfaces = surfacesIn(call.content)
  const { sites } = surfaces
  const unscannable = [...surfaces.unscannable, ...call.content.files]
  tally.unscannable = unscannable.length
  if (rule.unscannable === 'block' && unscannable[0] !== undefined) throw unreadable(rule.name, unscannable[0])
  tally.texts = sites.length
  tally.characters = sites.reduce((sum, { text }) => sum + text.length, 0)
  const turns = { clock, timeout: rule.timeout, pause }
  if (rule.analyzer && analyzer) return redactAnalyzed(reading, surfaces, turns, { ...rule.analyzer, parts: analyzer })
  return inTurns(redaction(reading, surfaces), turns)
}

function* redaction(reading: Reading, surfaces: Surfaces): Steps<Members> {
  const found = yield* scanTexts(surfaces.sites, reading.compiled.request)
  return yield* replacement(reading, surfaces, found)
}

/** Both detectors read at the same time; only work of our own counts against the rule's time. */
async function redactAnalyzed(
  reading: Reading,
  surfaces: Surfaces,
  turns: Required<Turns>,
  { parts, ...settings }: AnalyzerSettings & { readonly parts: AnalyzerParts },
): Promise<Members> {
  const { compiled, call, tally } = reading
  const { sites } = surfaces
  const over = new AbortController()
  const elsewhere = findElsewhere(sites, compiled.rule, settings, {
    ...{ parts, call, given: over.signal },
    failed(why) {
      tally.failure = why
    },
  })
  // It is waited for below, unless our own reading fails.
  elsewhere.catch(() => {})
  try {
    const startedAt = turns.clock.monotonic()
    const own = await inTurns(scanTexts(sites, compiled.request), turns)
    const timeout = turns.timeout - (turns.clock.monotonic() - startedAt)
    const others = await elsewhere
    return await inTurns(joinedReplacement(reading, surfaces, own, others), { ...turns, timeout })
  } finally {
    over.abort()
  }
}

function* joinedReplacement(reading: Reading, surfaces: Surfaces, own: Found, others: Found): Steps<Members> {
  return yield* replacement(reading, surfaces, yield* mergeFound(own, others))
}

function* replacement(reading: Reading, { sites, rewriting }: Surfaces, found: Found): Steps<Members> {
  const { compiled, placeholders, digest, tally } = reading
  const modeOf = (finding: Finding) => modeFor(compiled.rule.request, finding)
  if (!(yield* note(reading, sites, found))) return {}
  yield* avoidAll(placeholders, sites)
  const redacted = yield* redactTexts(sites, found, replacer(modeOf, placeholders, digest))
  yield tally.characters / PLAIN
  return yield* rewriting((site) => redacted.get(site))
}

/** Counts what was found, and tells whether any of it has to be replaced. Throws `guardrail_blocked`. */
function* note({ compiled: { rule }, tally, sent }: Reading, sites: readonly Site[], found: Found): Steps<boolean> {
  let touched = false
  for (let index = 0; index < sites.length; index++) {
    const text = sites[index]?.text ?? ''
    const findings = found[index] ?? []
    yield TEXT + findings.length * FINDING
    for (const finding of findings) {
      const mode = modeFor(rule.request, finding)
      if (mode === 'off') continue
      countFinding(tally, finding)
      if (mode === 'block') throw blocked(rule, finding)
      if (mode === 'report') sent.add(copied(spelled(text.slice(finding.start, finding.end))))
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
