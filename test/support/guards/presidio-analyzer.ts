import { isObject, type JsonValue } from '../../../core/json.js'
import type { FakeCall, FakeReply } from './fake-service.js'

/** What it finds: as spaCy does it knows a name wherever it stands. */
const KNOWN: readonly (readonly [entity: string, pattern: RegExp, score: number])[] = [
  ['PERSON', /Jane Roe|Amélie|Bob/gu, 0.85],
  ['LOCATION', /Paris|Ulm/gu, 0.85],
  ['NRP', /French/gu, 0.85],
  ['DATE_TIME', /yesterday/gu, 0.6],
  ['EMAIL_ADDRESS', /\S+@\S+\.com/gu, 1],
]
const MEMBERS = ['text', 'language', 'entities', 'score_threshold', 'correlation_id', 'return_decision_process']

/** https://microsoft.github.io/presidio/api-docs/api-docs.html: offsets are Python's, which counts code points. */
export function presidioAnalyzer(call: FakeCall): FakeReply {
  if (call.method !== 'POST' || call.path !== '/analyze') return { status: 404, body: { error: 'Not Found' } }
  const body: JsonValue = JSON.parse(call.body)
  if (!isObject(body)) return { status: 400, body: { error: 'Failed to parse /analyze request' } }
  const { text, language, entities = [], score_threshold: threshold = 0 } = body
  const unknown = Object.keys(body).filter((key) => !MEMBERS.includes(key))
  if (unknown.length > 0) return { status: 500, body: { error: `unexpected keyword argument: ${unknown}` } }
  if (typeof text !== 'string' || text === '') return { status: 500, body: { error: 'No text provided' } }
  if (language !== 'en') return { status: 500, body: { error: `No matching recognizers were found for ${language}` } }
  if (text.length > 1_000_000) return { status: 500, body: { error: '[E088] Text exceeds maximum of 1000000.' } }
  const asked = Array.isArray(entities) ? entities : []
  const found = KNOWN.filter(([entity]) => asked.length === 0 || asked.includes(entity)).flatMap(
    ([entity_type, pattern, score]) =>
      [...text.matchAll(pattern)].map((match) => {
        const start = [...text.slice(0, match.index)].length
        return { analysis_explanation: null, entity_type, start, end: start + [...match[0]].length, score }
      }),
  )
  // By score, as Presidio sorts them.
  const results = found
    .filter(({ score }) => score >= Number(threshold))
    .sort((left, right) => right.score - left.score)
  return { status: 200, body: results }
}
