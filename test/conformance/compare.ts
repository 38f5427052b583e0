import { isDeepStrictEqual } from 'node:util'
import { isObject, type JsonValue } from '../../core/json.js'
import type { Answer, AnswerError, AnswerUsage, Call, Reading } from './answer-shape.js'
import type { Expected, ExpectedCall, ExpectedError, ExpectedUsage } from './recording.js'
import type { NeutralFinish, Projection } from './recordings/projection.js'

/** One field in which a client's answer is not what the recording says. */
export interface Difference {
  readonly field: string
  readonly expected: unknown
  readonly actual: unknown
}

/** Through what an answer was seen. */
export interface View {
  readonly projection: Projection
  readonly stream: boolean
  /** Whether the client may see usage. */
  readonly usage: 'yes' | 'no'
  /** `own`: in the client's dialect the provider's answer passes as it is, its figures too. */
  readonly made: 'own' | 'translated'
}

/**
 * What a client must see, by the projection onto its dialect, against what it saw. Where there are several readings of one
 * answer, each must be right; the fields of all but the first are named with their reading.
 */
export function differences(expected: Expected, readings: readonly Reading[], view: View): readonly Difference[] {
  return readings.flatMap(({ by, answer }, index) => {
    const found = answerDifferences(expected, answer, view)
    return index === 0 ? found : found.map((difference) => ({ ...difference, field: `${by}: ${difference.field}` }))
  })
}

function answerDifferences(expected: Expected, answer: Answer, view: View): readonly Difference[] {
  if (expected.error !== null && expected.error.status >= 400) return errorDifferences(expected.error, answer.error)
  return [
    ...(expected.error === null ? noError(answer.error) : brokenOff(expected.error, answer.error)),
    // An error instead of any answer has nothing to compare.
    ...(answer.error !== null && !answer.error.inStream ? [] : contentDifferences(expected, answer, view)),
  ]
}

function contentDifferences(expected: Expected, answer: Answer, view: View): readonly Difference[] {
  const { projection, usage } = view
  if (expected.kind === 'embeddings') return vectorDifferences(expected, answer)
  const own = projection.refusal === 'its own'
  return [
    ...differing('text', own ? expected.text : expected.text + (expected.refusal ?? ''), answer.text),
    ...(projection.reasoning === 'said' ? reasoningDifferences(expected, answer.reasoning || null) : []),
    ...(own ? differing('refusal', expected.refusal || null, answer.refusal || null) : []),
    ...(projection.calls === 'said' ? callDifferences(expected.tool_calls, answer.calls, view) : []),
    // An answer that an error broke off has no end to name.
    ...(answer.error === null ? finishDifferences(expected, answer.finish, projection) : []),
    ...(usage === 'yes' && answer.error === null ? usageDifferences(expected, answer.usage, view) : []),
  ]
}

/** What Cohere's models plan before they call tools is no reasoning of the API's, and may be shown as some. */
function reasoningDifferences({ reasoning, extra }: Expected, actual: string | null): readonly Difference[] {
  const planned = extra['tool_plan'] !== undefined && actual === extra['tool_plan']
  return planned ? [] : differing('reasoning', reasoning || null, actual)
}

function vectorDifferences({ extra, usage }: Expected, answer: Answer): readonly Difference[] {
  const want = isObject(extra['embedding']) ? extra['embedding'] : {}
  const got = answer.vectors
  const first: readonly JsonValue[] = Array.isArray(want['first3']) ? want['first3'] : []
  // Clients read numbers of 32 bits.
  const same = first.every((number, index) => Math.abs(Number(number) - (got?.first[index] ?? Number.NaN)) < 1e-6)
  return [
    ...differing('vectors', want['count'], got?.count),
    ...differing('vectors.dims', want['dims'], got?.dims),
    ...(same ? [] : [{ field: 'vectors[0]', expected: first, actual: got?.first }]),
    ...counted('usage.input_total', usage.input_total, answer.usage?.input),
  ]
}

function differing(field: string, expected: unknown, actual: unknown): readonly Difference[] {
  return isDeepStrictEqual(expected, actual) ? [] : [{ field, expected, actual }]
}

function callDifferences(
  expected: readonly ExpectedCall[],
  actual: readonly Call[],
  view: View,
): readonly Difference[] {
  if (expected.length !== actual.length) {
    return differing(
      'tool_calls',
      expected.map((call) => call.name),
      actual.map((call) => call.name),
    )
  }
  return expected.flatMap((call, index) => {
    const seen = actual[index]
    if (seen === undefined) return []
    const at = `tool_calls[${index}]`
    return [
      ...differing(`${at}.name`, call.name, seen.name),
      ...(saysArguments(call, seen, view)
        ? []
        : [{ field: `${at}.arguments`, ...meant(call), actual: seen.arguments }]),
    ]
  })
}

const meant = (call: ExpectedCall) => ({ expected: call.arguments_raw ?? call.arguments })

function saysArguments(call: ExpectedCall, seen: Call, { projection, stream }: View): boolean {
  const said = parsed(seen.arguments)
  const raw = call.arguments_raw ?? (call.type === 'custom' ? call.arguments : undefined)
  // Nothing at all is an object without members.
  if (raw === '') return isDeepStrictEqual(said, {})
  if (typeof raw !== 'string') return isDeepStrictEqual(call.arguments, said)
  if (seen.arguments === raw) return true
  const unparsed = stream ? projection.unparsedInStreams : projection.unparsed
  // Where arguments must be an object, the text is the only value in it.
  return unparsed === 'object' && isObject(said) && isDeepStrictEqual(Object.values(said), [raw])
}

/** Empty arguments mean an empty object; broken JSON stays text. */
function parsed(text: string): JsonValue {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

/** Other words for the same, of providers that pass as they are. */
const SAME_MEANING: Readonly<Record<string, string>> = { tool_call: 'tool_calls', eos: 'stop' }

function finishDifferences(
  { finish, finish_also: also }: Expected,
  actual: string | null,
  projection: Projection,
): readonly Difference[] {
  if (finish === null || finish === 'other') return []
  const allowed = [finish, ...also].flatMap((word) => wordsFor(word as NeutralFinish, projection))
  const said = actual === null ? null : (SAME_MEANING[actual] ?? actual)
  return said !== null && allowed.includes(said) ? [] : [{ field: 'finish', expected: allowed, actual }]
}

const wordsFor = (finish: NeutralFinish, projection: Projection) =>
  finish === 'other' ? [] : projection.finish[finish]

function usageDifferences(expected: Expected, usage: AnswerUsage | null, view: View): readonly Difference[] {
  const want = sayable(expected.usage, view)
  // xAI leaves reasoning out of its own figure.
  const asReported = view.made === 'own' && usage !== null && usage.output === expected.extra['output_as_reported']
  return [
    ...counted('usage.input_total', want.input_total, usage?.input),
    ...counted('usage.cached_input', want.cached_input, usage?.cachedInput),
    ...(view.projection.usage.cacheWrite === 'said'
      ? counted('usage.cache_write', want.cache_write, usage?.cacheWrite)
      : []),
    ...(asReported ? [] : counted('usage.output', want.output, usage?.output)),
    ...counted('usage.reasoning', want.reasoning, usage?.reasoning),
  ]
}

/** Some providers report more cached than sent, or more reasoned than written. */
function sayable(want: ExpectedUsage, { projection, made }: View): ExpectedUsage {
  if (made === 'own') return want
  const { input_total: input, cached_input: cached, cache_write: write, output, reasoning } = want
  const beside = projection.usage
  return {
    ...want,
    input_total: input !== null && beside.cached === 'beside' ? Math.max(input, (cached ?? 0) + (write ?? 0)) : input,
    output: output !== null && beside.reasoning === 'beside' ? Math.max(output, reasoning ?? 0) : output,
  }
}

function counted(field: string, expected: number | null, actual: number | null | undefined): readonly Difference[] {
  if (expected === null || (expected === 0 && (actual ?? null) === null)) return []
  return differing(field, expected, actual ?? null)
}

/** The contract's error table, applied to a provider's error. */
function errorDifferences(expected: ExpectedError, actual: AnswerError | null): readonly Difference[] {
  if (actual === null) return [{ field: 'error', expected, actual: null }]
  const status = clientStatus(expected.status)
  const refused = REFUSALS.includes(expected.status)
  return [
    ...differing('error.status', status, actual.status),
    ...(refused ? differing('error.message', expected.message, actual.message) : []),
  ]
}

const REFUSALS: readonly number[] = [400, 404, 413, 422]

function clientStatus(status: number): number {
  if (REFUSALS.includes(status) || status === 429) return status
  return 502
}

function noError(actual: AnswerError | null): readonly Difference[] {
  return actual === null ? [] : [{ field: 'error', expected: null, actual }]
}

/** An error inside a 200: a status while nothing had been said, an error event afterwards. */
function brokenOff(expected: ExpectedError, actual: AnswerError | null): readonly Difference[] {
  if (actual === null) return [{ field: 'error', expected, actual: null }]
  const told = actual.inStream || (actual.status !== null && actual.status >= 400)
  return told && actual.message.includes(expected.message ?? '')
    ? []
    : [{ field: 'error', expected: expected.message, actual }]
}
