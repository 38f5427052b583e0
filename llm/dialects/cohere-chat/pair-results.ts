import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, eachStepwise, ITEMS_TOGETHER, mapInSteps, mapStepwise, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { pairResults } from '../shared/pair-results.js'
import { documentText } from './decode-parts.js'
import { contentOf } from './encode-parts.js'
import { objectsOf, textAt } from './members.js'
import { NOTHING } from './words.js'

/** A message as the API has it, or the result of a call, before it is known whether the call is there. */
export type Written = { readonly kind: 'message'; readonly message: JsonObject } | Result

interface Result {
  readonly kind: 'result'
  readonly callId: string
  readonly content: readonly JsonObject[]
  /** What the tool returned that a result cannot hold; it follows in a message of the user's. */
  readonly beside: readonly JsonObject[]
}

/** Units that a message takes, a call or its result, and a part of one. */
const MESSAGE = 2
const CALL = 4
const PART = 1

const callUnits = () => CALL

/**
 * The messages with every call answered right after it, in the order of the calls, and nothing answered that was not called, in
 * steps; the API refuses anything else, and ids that come twice.
 */
export function* paired(written: readonly Written[]): Steps<readonly JsonObject[]> {
  const messages: JsonObject[] = []
  const uniqueId = uniqueIds()
  let calls: readonly JsonObject[] = []
  let sent: readonly JsonObject[] = []
  let results: Result[] = []
  let worked = 0
  for (const each of written) {
    worked += MESSAGE
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    if (each.kind === 'result') {
      results.push(each)
      continue
    }
    if (calls.length > 0 || results.length > 0) yield* addAnswers(messages, calls, sent, results)
    calls = objectsOf(each.message.tool_calls)
    results = []
    if (calls.length === 0) {
      messages.push(each.message)
      continue
    }
    sent = yield* mapInSteps(calls, CALL, (call) => ({
      id: uniqueId(textAt(call, 'id') ?? 'call'),
      type: call.type,
      function: call.function,
    }))
    messages.push({ ...each.message, tool_calls: sent })
  }
  if (calls.length > 0 || results.length > 0) yield* addAnswers(messages, calls, sent, results)
  return messages
}

/**
 * One result per call. Results whose ids match no call answer, in order, the calls that are left; a call that is still left
 * is answered with nothing, and results beyond that are the user's own words.
 */
function* addAnswers(
  messages: JsonObject[],
  calls: readonly JsonObject[],
  sent: readonly JsonObject[],
  results: readonly Result[],
): Steps<void> {
  const asked = yield* mapInSteps(calls, 1, (call) => textAt(call, 'id') ?? '')
  const { answers, beyond } = yield* pairResults(asked, results)
  const answer = (result: Result | undefined, i: number) =>
    messages.push(toolMessage(sent[i]?.id ?? '', result?.content ?? []))
  yield* eachInSteps(answers, callUnits, answer)
  const after: JsonObject[] = []
  yield* eachStepwise(beyond, callUnits, function* ({ content }) {
    append(after, yield* mapStepwise(content, PART, asWords))
  })
  yield* eachInSteps(results, callUnits, ({ beside }) => append(after, beside))
  if (after.length > 0) messages.push({ role: 'user', content: contentOf(after) })
}

/** Only results hold documents. */
function* asWords(part: JsonObject): Steps<JsonObject> {
  return isObject(part.document) ? { type: 'text', text: yield* documentText(part.document) } : part
}

/** A `tool` message; the API takes none that is empty. */
function toolMessage(callId: JsonValue, parts: readonly JsonObject[]): JsonObject {
  return { role: 'tool', tool_call_id: callId, content: contentOf(parts) || NOTHING }
}

/** Some providers call the first call of every turn `call_0`. */
function uniqueIds(): (asked: string) => string {
  const used = new Map<string, number>()
  return (asked) => {
    let n = used.get(asked) ?? 0
    let id = asked
    while (used.has(id)) id = `${asked}_${++n}`
    used.set(asked, n)
    if (id !== asked) used.set(id, 0)
    return id
  }
}
