import { isDeepStrictEqual } from 'node:util'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import type { Answer, AnswerError, Call } from './answer-shape.js'
import type { Expected, ExpectedCall, ExpectedError, ExpectedUsage } from './recording.js'

/** One field in which a client's answer is not what the recording says. */
export interface Difference {
  readonly field: string
  readonly expected: unknown
  readonly actual: unknown
}

/** Whether a client of this request may see usage: whole answers always, streams when it asked. */
export type UsageVisible = 'yes' | 'no'

/**
 * What a client of OpenAI's chat API must see, against what it saw. Projection of the neutral vocabulary:
 *
 * | recording            | OpenAI chat                                                                 |
 * | -------------------- | --------------------------------------------------------------------------- |
 * | finish `refusal`     | `content_filter` or `stop`, whatever `finish_also` allows                   |
 * | finish `other`, null | anything: OpenAI has no word for it                                         |
 * | usage `input_total`  | `prompt_tokens`                                                             |
 * | usage `cached_input` | `prompt_tokens_details.cached_tokens`; 0 may be left out                    |
 * | usage `cache_write`  | not said by OpenAI's chat API                                               |
 * | usage `output`       | `completion_tokens`, or the provider's own figure where it left reasoning out |
 * | usage `reasoning`    | `completion_tokens_details.reasoning_tokens`; 0 may be left out             |
 * | error                | the status of the contract's table; the provider's words for its refusals   |
 */
export function differences(expected: Expected, answer: Answer, usage: UsageVisible): readonly Difference[] {
  if (expected.error !== null && expected.error.status >= 400) return errorDifferences(expected.error, answer.error)
  return [
    ...(expected.error === null ? noError(answer.error) : brokenOff(expected.error, answer)),
    // An error instead of any answer has nothing to compare.
    ...(answer.error !== null && answer.error.status !== null ? [] : contentDifferences(expected, answer, usage)),
  ]
}

function contentDifferences(expected: Expected, answer: Answer, usage: UsageVisible): readonly Difference[] {
  return [
    ...differing('text', expected.text, answer.text),
    ...differing('reasoning', expected.reasoning || null, answer.reasoning),
    ...differing('refusal', expected.refusal || null, answer.refusal || null),
    ...callDifferences(expected.tool_calls, answer.calls),
    ...finishDifferences(expected, answer.finish),
    ...(usage === 'yes' ? usageDifferences(expected, answer.usage) : []),
  ]
}

function differing(field: string, expected: unknown, actual: unknown): readonly Difference[] {
  return isDeepStrictEqual(expected, actual) ? [] : [{ field, expected, actual }]
}

function callDifferences(expected: readonly ExpectedCall[], actual: readonly Call[]): readonly Difference[] {
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
    const meant = call.arguments_raw ?? call.arguments
    const said = call.arguments_raw === undefined && seen.kind === 'function' ? parsed(seen.arguments) : seen.arguments
    return [...differing(`${at}.name`, call.name, seen.name), ...differing(`${at}.arguments`, meant, said)]
  })
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

const SAME_MEANING: Readonly<Record<string, string>> = {
  function_call: 'tool_calls',
  tool_call: 'tool_calls',
  eos: 'stop',
}

function finishDifferences(expected: Expected, actual: string | null): readonly Difference[] {
  if (expected.finish === null || expected.finish === 'other') return []
  const allowed = [expected.finish, ...expected.finish_also]
  const said = actual === null ? null : (SAME_MEANING[actual] ?? actual)
  return said !== null && allowed.includes(said) ? [] : [{ field: 'finish', expected: allowed, actual }]
}

function usageDifferences(expected: Expected, usage: JsonObject | null): readonly Difference[] {
  const want: ExpectedUsage = expected.usage
  const got = usage ?? {}
  const promptDetails = objectAt(got, 'prompt_tokens_details')
  const completionDetails = objectAt(got, 'completion_tokens_details')
  const asReported = expected.extra['output_as_reported']
  const said = got['completion_tokens']
  const output = said !== undefined && said === asReported ? want.output : said
  return [
    ...counted('usage.input_total', want.input_total, got['prompt_tokens']),
    ...counted('usage.cached_input', want.cached_input, promptDetails['cached_tokens'] ?? otherCached(got)),
    ...counted('usage.output', want.output, output),
    ...counted('usage.reasoning', want.reasoning, completionDetails['reasoning_tokens'] ?? got['reasoning_tokens']),
  ]
}

/** Where OpenAI-like providers report cache hits in a place of their own. */
const otherCached = (usage: JsonObject) =>
  usage['prompt_cache_hit_tokens'] ?? usage['num_cached_tokens'] ?? usage['cached_tokens']

function counted(field: string, expected: number | null, actual: JsonValue | undefined): readonly Difference[] {
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
function brokenOff(expected: ExpectedError, answer: Answer): readonly Difference[] {
  const { error } = answer
  if (error === null) return [{ field: 'error', expected, actual: null }]
  const told = error.inStream || (error.status !== null && error.status >= 400)
  return told && error.message.includes(expected.message ?? '')
    ? []
    : [{ field: 'error', expected: expected.message, actual: error }]
}

const objectAt = (object: JsonObject, name: string): JsonObject => {
  const member = object[name]
  return isObject(member) ? member : {}
}
