import type { ToolMessage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { eachInSteps, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { defined } from '../shared/defined.js'
import { isEmpty, lastTurn } from '../shared/last-turn.js'
import { pairResults } from '../shared/pair-results.js'

/** What one side says before the other does; filled while turns are collected. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: JsonObject[]
  /** Only in user turns: results of the calls in the turn before, to go first. */
  readonly results: ToolResult[]
  /** Only in assistant turns: where in the content its calls stand. */
  readonly calls: number[]
}

/** An answer to a call, and its content as blocks, which stand alone when there is no such call. */
interface ToolResult {
  readonly callId: string
  readonly message: ToolMessage
  readonly content: readonly JsonObject[]
}

/** What stands in for a turn that the API demands and the client did not send. */
const NOTHING = '.'

/** The turn that this side says next. */
export const turnOf = (turns: Turn[], role: Turn['role']): Turn => lastTurn(turns, role, begin)

const begin = (role: Turn['role']): Turn => ({ role, content: [], results: [], calls: [] })

/** Adds what the model said. */
export function addSaid({ content, calls }: Turn, blocks: readonly JsonObject[]): void {
  for (const block of blocks) {
    if (block['type'] === 'tool_use') calls.push(content.length)
    content.push(block)
  }
}

/** Units that a turn takes, and a call or its result. */
const TURN = 2
const CALL = 3

/** Turns as messages that the API accepts: the user's first, calls answered, ids unique, no empty content. */
export function* messagesOf(turns: readonly Turn[]): Steps<readonly JsonObject[]> {
  const messages: JsonObject[] = []
  const last = turns.findLastIndex((turn) => !isEmpty(turn))
  let calls = NO_CALLS
  let worked = 0
  // A conversation must begin with the user; an assistant's greeting before that stays.
  if (last === -1 || turns[0]?.role !== 'user') push(messages, 'user', [])
  for (let i = 0; i <= last; i++) {
    const { role, content, results, calls: places } = turns[i] as Turn
    worked += TURN + Math.min(ITEMS_TOGETHER, CALL * (places.length + results.length))
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    if (role === 'system') push(messages, role, content)
    else if (role === 'user') {
      const isAnswer = calls.asked.length + results.length > 0
      push(messages, role, isAnswer ? [...(yield* answer(calls, results)), ...content] : content)
      calls = NO_CALLS
    } else {
      calls = places.length === 0 ? NO_CALLS : yield* withUniqueIds(content, places)
      push(messages, role, i === last ? trimPrefill(content) : content)
      if (calls.asked.length > 0 && (i === last || turns[i + 1]?.role !== 'user')) {
        push(messages, 'user', yield* answer(calls, []))
      }
    }
  }
  return messages
}

function push(messages: JsonObject[], role: Turn['role'], content: readonly JsonObject[]): void {
  messages.push({ role, content: content.length === 0 ? [{ type: 'text', text: NOTHING }] : content })
}

/** The ids of the last assistant turn's calls: as the client wrote them and, beside each, as it is sent. */
interface Calls {
  readonly asked: readonly string[]
  readonly sent: readonly string[]
}

const NO_CALLS: Calls = { asked: [], sent: [] }

/** Ids must be of a small alphabet and unique in a turn; some providers call every call of a turn `call_0`. Those of `content` become so. */
function* withUniqueIds(content: JsonObject[], places: readonly number[]): Steps<Calls> {
  const asked: string[] = []
  const sent: string[] = []
  const uniqueId = uniqueIds()
  const rename = (place: number) => {
    const block = content[place] as JsonObject
    const id = String(block['id'])
    const unique = uniqueId(id)
    asked.push(id)
    sent.push(unique)
    if (unique !== id) content[place] = Object.assign({}, block, { id: unique })
  }
  yield* eachInSteps(places, callUnits, rename)
  return { asked, sent }
}

const callUnits = () => CALL

function uniqueIds(): (asked: string) => string {
  const used = new Map<string, number>()
  return (asked) => {
    const base = asked.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call'
    let n = used.get(base) ?? 0
    let id = base
    while (used.has(id)) id = `${base}_${++n}`
    used.set(base, n)
    if (id !== base) used.set(id, 0)
    return id
  }
}

/**
 * One result per call, in the order of the calls. The API refuses calls without a result, so what is left gets an error that
 * says so; results beyond that stay as ordinary content.
 */
function* answer({ asked, sent }: Calls, results: readonly ToolResult[]): Steps<readonly JsonObject[]> {
  const { answers, beyond } = yield* pairResults(asked, results)
  const blocks: JsonObject[] = []
  yield* eachInSteps(answers, callUnits, (result, i) => blocks.push(resultBlock(result, sent[i] as string)))
  yield* eachInSteps(beyond, callUnits, ({ content }) => append(blocks, content))
  return blocks
}

function resultBlock(result: ToolResult | undefined, callId: string): JsonObject {
  if (result === undefined) {
    return { type: 'tool_result', content: 'no result', is_error: true, tool_use_id: callId }
  }
  const { message, content } = result
  return defined({
    type: 'tool_result',
    content: content.length === 0 ? undefined : content,
    is_error: message.failed,
    cache_control: message.cacheControl,
    tool_use_id: callId,
  })
}

/** The API refuses an answer's beginning that ends in white space. */
function trimPrefill(content: readonly JsonObject[]): readonly JsonObject[] {
  const last = content.at(-1)
  if (last?.['type'] !== 'text') return content
  return content.with(-1, { ...last, text: String(last['text']).trimEnd() })
}
