import { isObject, type JsonValue } from '../../../core/json.js'
import { atOnce, inTurns, mapInSteps, type Steps } from '../../../core/turns.js'
import { askAll } from '../../services/ask-all.js'
import { codePointOffsets } from '../../services/code-points.js'
import { malformed, postJson } from '../../services/post-json.js'
import type { Services } from '../../services/transport.js'
import type { Finding } from '../detect/finding.js'
import { merge } from '../detect/merge.js'
import type { Found } from '../scan-texts.js'
import type { AnalyzerSettings } from '../settings.js'
import { type Batch, batchesOf } from './analyzer-batches.js'
import { ourEntity } from './analyzer-entities.js'

/** As failures name it. */
const SERVICE = 'the analyzer'
const AT_ONCE = 8
/** Units that a text takes. */
const TEXT = 4
/** Every third word of a batch may be a finding. */
const MOST = 4 * 1024 * 1024

/**
 * Asks a Presidio analyzer (https://microsoft.github.io/presidio/api-docs/api-docs.html) for what it finds in each text: in order, without
 * overlaps, by our names of entities. Rejects with a `ServiceFailure` where one of its answers is missing.
 */
export async function askPresidio(
  texts: readonly { readonly text: string }[],
  settings: AnalyzerSettings,
  services: Services,
  signal: AbortSignal,
): Promise<Found> {
  const { turns } = services
  const { answers, failure } = await askAll(await inTurns(batchesOf(texts), turns), AT_ONCE, async (batch) => {
    const answer = await postJson(services, {
      ...{ service: SERVICE, url: `${settings.url}/analyze`, headers: {}, signal, most: MOST },
      body: {
        text: batch.text,
        language: settings.language,
        entities: settings.entities,
        score_threshold: settings.threshold,
      },
    })
    return { batch, findings: findingsIn(answer, batch.text, settings) }
  })
  if (failure) throw failure.cause
  return inTurns(foundIn(texts.length, answers), turns)
}

/** What was found in one batch. */
interface Answer {
  readonly batch: Batch
  readonly findings: readonly Finding[]
}

/** By the index of the text. */
function* foundIn(count: number, answers: readonly Answer[]): Steps<Found> {
  const found = Array.from({ length: count }, (): Finding[] => [])
  for (const { batch, findings } of answers) {
    yield batch.parts.length * (1 + findings.length)
    spread(findings, batch, found)
  }
  return yield* mapInSteps(found, TEXT, (findings) => merge([], findings))
}

/** By offsets of the batch. */
function findingsIn(answer: JsonValue, text: string, { entities }: AnalyzerSettings): readonly Finding[] {
  if (!Array.isArray(answer)) throw malformed(SERVICE, 'it is no list')
  const offsets = atOnce(codePointOffsets(text))
  return answer.flatMap((result: JsonValue): readonly Finding[] => {
    const { entity_type: entity, start: from, end: to, score } = isObject(result) ? result : {}
    const start = typeof from === 'number' ? offsets(from) : undefined
    const end = typeof to === 'number' ? offsets(to) : undefined
    if (start === undefined || end === undefined || end < start)
      throw malformed(SERVICE, 'a result is no part of its text')
    if (typeof entity !== 'string' || typeof score !== 'number') {
      throw malformed(SERVICE, 'a result has no entity_type and score')
    }
    // Names of entities go into metrics: only those that were asked for.
    if (!entities.includes(entity)) return []
    return [{ entity: ourEntity(entity), start, end, confidence: score, recognizer: 'analyzer' }]
  })
}

/** To all texts that the batch stands for; what reaches over the end of one is cut there. */
function spread(findings: readonly Finding[], { text, parts }: Batch, found: readonly Finding[][]): void {
  for (const finding of findings) {
    for (const { at, length, pieces } of parts) {
      const start = Math.max(finding.start, at)
      const end = Math.min(finding.end, at + length)
      if (start >= end || text.slice(start, end).trim() === '') continue
      for (const piece of pieces) {
        const by = piece.start - at
        found[piece.text]?.push({ ...finding, start: start + by, end: end + by })
      }
    }
  }
}
