import type { ContentOf } from '../../core/content.js'
import { GatewayError } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'
import { then } from '../../core/transform.js'
import { countFinding } from './audit-tally.js'
import { modeFor } from './compiled.js'
import type { Finding } from './detect/finding.js'
import { type Reading, spelled } from './reading.js'
import { redactTexts, replacer } from './redact.js'
import { surfacesOf } from './request/surfaces.js'
import { type Scanning, scanTexts } from './scan-texts.js'
import type { PiiRule } from './settings.js'

export type Members = Readonly<Record<string, JsonValue>>

type Pauses = Pick<Scanning, 'clock' | 'pause'>

/** Of a dialect that does not say, everything is content. */
const ALL_CONTENT: ContentOf = () => 'data'

/** The members of the body that have to be others. Throws `guardrail_blocked`, and what scanning throws. */
export function redactRequest(reading: Reading, { clock, pause }: Pauses): Members | Promise<Members> {
  const { compiled, call, placeholders, digest, tally, sent } = reading
  const { rule } = compiled
  const { body, contentOf = ALL_CONTENT } = call.content
  const surfaces = surfacesOf(body, contentOf)
  const { sites } = surfaces
  const unscannable = [...surfaces.unscannable, ...call.content.files]
  tally.unscannable = unscannable.length
  if (rule.unscannable === 'block' && unscannable[0] !== undefined) throw unreadable(rule, unscannable[0])
  const texts = sites.map(({ text }) => text)
  tally.texts = texts.length
  tally.characters = texts.reduce((sum, text) => sum + text.length, 0)
  const modeOf = (finding: Finding) => modeFor(rule.request, finding)
  const scanning = { detector: compiled.request, clock, timeout: rule.timeout, pause }
  return then(scanTexts(sites, scanning), (found) => {
    let touched = false
    for (const [index, findings] of found.entries()) {
      for (const finding of findings) {
        const mode = modeOf(finding)
        if (mode === 'off') continue
        countFinding(tally, finding)
        if (mode === 'block') throw blocked(rule, finding)
        if (mode === 'report') sent.add(spelled(texts[index]?.slice(finding.start, finding.end) ?? ''))
        else touched = true
      }
    }
    if (!touched) return {}
    for (const text of texts) placeholders.avoid(text)
    const redacted = redactTexts(texts, found, replacer(modeOf, placeholders, digest))
    const index = new Map(sites.map((site, at) => [site, at]))
    return surfaces.rewritten((site) => redacted.get(index.get(site) ?? -1))
  })
}

function blocked({ name }: PiiRule, { entity }: Finding): GatewayError {
  return new GatewayError('guardrail_blocked', `The guardrail '${name}' blocks requests that have ${entity} in them.`)
}

function unreadable({ name }: PiiRule, param: string): GatewayError {
  const message = `The guardrail '${name}' cannot read '${param}', and blocks what it cannot read.`
  return new GatewayError('guardrail_blocked', message, { param })
}
