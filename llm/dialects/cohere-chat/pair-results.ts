import { isObject, type JsonObject } from '../../../core/json.js'
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

/** A call: its id as the client wrote it, and as it is sent. */
interface Call {
  readonly asked: string
  readonly sent: string
}

/**
 * The messages with every call answered right after it, in the order of the calls, and nothing answered that was not called;
 * the API refuses anything else, and ids that come twice.
 */
export function paired(written: readonly Written[]): readonly JsonObject[] {
  const messages: JsonObject[] = []
  const uniqueId = uniqueIds()
  let calls: readonly Call[] = []
  let results: Result[] = []
  const flush = () => {
    for (const message of answers(calls, results)) messages.push(message)
    calls = []
    results = []
  }
  for (const each of written) {
    if (each.kind === 'result') {
      results.push(each)
      continue
    }
    flush()
    const asked = objectsOf(each.message.tool_calls)
    const sent = asked.map((call) => ({ ...call, id: uniqueId(textAt(call, 'id') ?? 'call') }))
    calls = sent.map(({ id }, i) => ({ asked: textAt(asked[i] ?? {}, 'id') ?? '', sent: id }))
    messages.push(sent.length === 0 ? each.message : { ...each.message, tool_calls: sent })
  }
  flush()
  return messages
}

/**
 * One result per call. Results whose ids match no call answer, in order, the calls that are left; a call that is still left
 * is answered with nothing, and results beyond that are the user's own words.
 */
function answers(calls: readonly Call[], results: readonly Result[]): readonly JsonObject[] {
  const byCall = new Map<string, Result[]>(calls.map(({ asked }) => [asked, []]))
  const strays: Result[] = []
  for (const result of results) (byCall.get(result.callId) ?? strays).push(result)
  const queues = new Map([...byCall].map(([asked, queue]) => [asked, queue.values()]))
  const matched = calls.map((call) => ({ call, result: queues.get(call.asked)?.next().value }))
  const left = [...[...queues.values()].flatMap((queue) => [...queue]), ...strays].values()
  const answered = matched.map(({ call, result }) =>
    toolMessage(call.sent, (result ?? left.next().value)?.content ?? []),
  )
  const after = [
    ...[...left].flatMap(({ content }) => content.map(asWords)),
    ...results.flatMap(({ beside }) => beside),
  ]
  return after.length === 0 ? answered : [...answered, { role: 'user', content: contentOf(after) }]
}

/** Only results hold documents. */
function asWords(part: JsonObject): JsonObject {
  return isObject(part.document) ? { type: 'text', text: documentText(part.document) } : part
}

/** A `tool` message; the API takes none that is empty. */
function toolMessage(callId: string, parts: readonly JsonObject[]): JsonObject {
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
