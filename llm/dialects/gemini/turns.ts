import type { JsonObject } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import { eachInSteps, eachStepwise, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { pairResults } from '../shared/pair-results.js'
import type { Client } from './encode-parts.js'

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
  /** Absent where it says no more than the place of its call. */
  readonly sentId: string | undefined
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

/** Units that a turn takes, and a call or its result. */
const TURN = 2
const CALL = 3

const callUnits = () => CALL

/**
 * Turns as the contents that the API accepts, in steps: the user's first, no empty ones, every call answered in the turn after it and
 * nothing answered that was not called. A client of this dialect gets its own turns, only without empty ones.
 */
export function* contentsOf(turns: readonly Turn[], client: Client): Steps<readonly JsonObject[]> {
  const kept = yield* withoutEmpty(turns)
  const contents: JsonObject[] = []
  if (client === 'other' && kept[0]?.role !== 'user') contents.push({ role: 'user', parts: [{ text: NOTHING }] })
  let calls: readonly Call[] = []
  let worked = 0
  for (const { role, parts, results, calls: own } of kept) {
    worked += TURN + Math.min(ITEMS_TOGETHER, CALL * results.length)
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const isAnswer = role === 'user' && calls.length + results.length > 0
    contents.push({ role, parts: isAnswer ? [...(yield* answers(calls, results, client)), ...parts] : parts })
    calls = own
  }
  if (client === 'other' && calls.length > 0) contents.push({ role: 'user', parts: yield* answers(calls, [], client) })
  return contents
}

function* withoutEmpty(turns: readonly Turn[]): Steps<readonly Turn[]> {
  const kept: Turn[] = []
  const keep = (turn: Turn) => {
    if (turn.parts.length === 0 && turn.results.length === 0) return
    const last = kept.at(-1)
    if (last?.role !== turn.role) {
      kept.push(turn)
      return
    }
    append(last.parts, turn.parts)
    append(last.calls, turn.calls)
    append(last.results, turn.results)
  }
  yield* eachInSteps(turns, () => TURN, keep)
  return kept
}

/**
 * One response per call, in the order of the calls. The API refuses calls without a response, so what has no result gets one that says so;
 * results beyond the calls stay as text.
 */
function* answers(
  calls: readonly Call[],
  results: readonly ToolResult[],
  client: Client,
): Steps<readonly JsonObject[]> {
  const ids: string[] = []
  yield* eachInSteps(
    calls,
    () => 1,
    ({ id }) => ids.push(id),
  )
  const paired = yield* pairResults(ids, results)
  const parts: JsonObject[] = []
  const respond = (answer: ToolResult | undefined, i: number) => {
    if (answer === undefined && client === 'own') return
    parts.push({ functionResponse: responseTo(calls[i] as Call, answer) })
  }
  yield* eachInSteps(paired.answers, callUnits, respond)
  yield* eachInSteps(
    paired.answers,
    () => 1,
    (answer) => append(parts, answer?.beside ?? []),
  )
  function* stay({ response, media, beside }: ToolResult): Steps<void> {
    parts.push({ text: yield* textOf(response) })
    append(parts, media)
    append(parts, beside)
  }
  yield* eachStepwise(paired.beyond, callUnits, stay)
  return parts
}

const NO_RESULT: JsonObject = { error: 'no result' }

function responseTo({ sentId, name }: Call, result: ToolResult | undefined): JsonObject {
  const response = result?.response ?? NO_RESULT
  const said = sentId === undefined ? { name, response } : { id: sentId, name, response }
  return result === undefined || result.media.length === 0 ? said : { ...said, parts: result.media }
}

function* textOf(response: JsonObject): Steps<string> {
  const said = response['output'] ?? response['error']
  return typeof said === 'string' ? said || NOTHING : yield* jsonText(response)
}
