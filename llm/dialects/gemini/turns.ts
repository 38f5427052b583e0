import type { JsonObject } from '../../../core/json.js'
import type { Client } from './encode-parts.js'
import { responseOf } from './function-response.js'

/** What one side says before the other does; filled while turns are collected. */
export interface Turn {
  readonly role: 'user' | 'model'
  readonly parts: JsonObject[]
  /** The model's calls in the order of their parts. */
  readonly calls: Call[]
  /** The user's answers to the calls of the turn before; they go first. */
  readonly results: ToolResult[]
}

export interface Call {
  readonly id: string
  readonly name: string
  /** Not sent where it says no more than the place of its call. */
  readonly sentId?: string
}

export interface ToolResult {
  readonly callId: string
  readonly response: JsonObject
  /** Media that the response itself holds. */
  readonly media: readonly JsonObject[]
  /** Media that stand beside the response, for models that take none inside. */
  readonly beside: readonly JsonObject[]
}

/** What stands in for a turn that the API demands and the client did not send. */
const NOTHING = '.'

/** The last turn if it is that side's, else a new one. */
export function turnOf(turns: Turn[], role: Turn['role']): Turn {
  const last = turns.at(-1)
  if (last?.role === role) return last
  const turn: Turn = { role, parts: [], calls: [], results: [] }
  turns.push(turn)
  return turn
}

/** Adds in place. (Spreading into `push` overflows the stack at a hundred thousand parts.) */
export function append<T>(to: T[], items: readonly T[]): void {
  for (const item of items) to.push(item)
}

/**
 * Turns as the contents that the API accepts: the user's first, no empty ones, every call answered in the turn after it and
 * nothing answered that was not called. A client of this dialect gets its own turns, only without empty ones.
 */
export function contentsOf(turns: readonly Turn[], client: Client): readonly JsonObject[] {
  const kept = withoutEmpty(turns)
  const contents: JsonObject[] = []
  if (client === 'other' && kept[0]?.role !== 'user') contents.push({ role: 'user', parts: [{ text: NOTHING }] })
  let calls: readonly Call[] = []
  for (const turn of kept) {
    if (turn.role === 'model') {
      contents.push({ role: 'model', parts: turn.parts })
      calls = turn.calls
      continue
    }
    contents.push({ role: 'user', parts: [...answers(calls, turn.results, client), ...turn.parts] })
    calls = []
  }
  if (client === 'other' && calls.length > 0) contents.push({ role: 'user', parts: answers(calls, [], client) })
  return contents
}

function withoutEmpty(turns: readonly Turn[]): readonly Turn[] {
  const kept: Turn[] = []
  for (const turn of turns) {
    if (turn.parts.length === 0 && turn.results.length === 0) continue
    const into = turnOf(kept, turn.role)
    append(into.parts, turn.parts)
    append(into.calls, turn.calls)
    append(into.results, turn.results)
  }
  return kept
}

/**
 * One response per call, in the order of the calls. Results whose ids match no call answer, in order, the calls that are left.
 * The API refuses calls without a response, so what is still left gets one that says so; results beyond that stay as text.
 */
function answers(calls: readonly Call[], results: readonly ToolResult[], client: Client): readonly JsonObject[] {
  const byCall = new Map<string, ToolResult[]>(calls.map(({ id }) => [id, []]))
  const strays: ToolResult[] = []
  for (const result of results) (byCall.get(result.callId) ?? strays).push(result)
  const queues = new Map([...byCall].map(([id, queue]) => [id, queue.values()]))
  const matched = calls.map((call) => ({ call, result: queues.get(call.id)?.next().value }))
  const left = [...[...queues.values()].flatMap((queue) => [...queue]), ...strays].values()
  const used: ToolResult[] = []
  const responses = matched.flatMap(({ call, result }) => {
    const answer = result ?? left.next().value
    if (answer === undefined && client === 'own') return []
    if (answer !== undefined) used.push(answer)
    return [{ functionResponse: responseTo(call, answer) }]
  })
  const rest = [...left].flatMap(({ response, media, beside }) => [{ text: textOf(response) }, ...media, ...beside])
  return [...responses, ...used.flatMap(({ beside }) => beside), ...rest]
}

function responseTo(call: Call, result: ToolResult | undefined): JsonObject {
  return {
    ...(call.sentId === undefined ? {} : { id: call.sentId }),
    name: call.name,
    response: result?.response ?? responseOf('no result', true),
    ...(result === undefined || result.media.length === 0 ? {} : { parts: result.media }),
  }
}

function textOf(response: JsonObject): string {
  const said = response['output'] ?? response['error']
  return typeof said === 'string' ? said || NOTHING : JSON.stringify(response)
}
