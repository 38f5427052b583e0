import { isObject, type JsonObject } from '../../../core/json.js'
import { eachInSteps, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { isEmpty, lastTurn } from '../shared/last-turn.js'
import { pairResults } from '../shared/pair-results.js'
import { NOTHING, ranBy } from './words.js'

/** What one side says before the other does; content and results are filled while turns are collected. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: JsonObject[]
  /** Only in user turns: results of the calls in the turn before, to go first. */
  readonly results: ToolResult[]
}

/** An answer to a call. */
export interface ToolResult {
  readonly callId: string
  /** The inside of `toolResult` but for its id. */
  readonly result: JsonObject
  /** The result's content for when there is no such call. */
  readonly content: readonly JsonObject[]
  readonly cachePoints: readonly JsonObject[]
}

/** Longest `toolUseId` that the API takes. */
const MAX_ID = 64

/** The turn that this side says next. */
export const turnOf = (turns: Turn[], role: Turn['role']): Turn => lastTurn(turns, role, begin)

const begin = (role: Turn['role']): Turn => ({ role, content: [], results: [] })

/** Units that a turn takes, a block that is looked at, and a call or its result. */
const TURN = 2
const BLOCK = 2
const CALL = 3

const callUnits = () => CALL

/** Turns as messages that the API accepts, in steps: the user's first, calls answered, ids unique, documents beside text. */
export function* messagesOf(turns: readonly Turn[]): Steps<readonly JsonObject[]> {
  const messages: JsonObject[] = []
  const last = turns.findLastIndex((turn) => !isEmpty(turn))
  let calls = NO_CALLS
  let worked = 0
  const push = (role: Turn['role'], content: readonly JsonObject[]): void => {
    const blocks = content.length === 0 ? [{ text: NOTHING }] : role === 'user' ? withText(content) : content
    messages.push({ role, content: blocks })
  }

  // A conversation must begin with the user; an assistant's greeting before that stays.
  if (last === -1 || turns[0]?.role !== 'user') push('user', [])
  for (let i = 0; i <= last; i++) {
    const { role, content, results } = turns[i] as Turn
    worked += TURN + Math.min(ITEMS_TOGETHER, BLOCK * content.length + CALL * results.length)
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    if (role === 'user') {
      const isAnswer = calls.asked.length + results.length > 0
      push(role, isAnswer ? [...(yield* answer(calls, results)), ...content] : content)
      calls = NO_CALLS
      continue
    }
    calls = yield* withUniqueIds(content)
    push(role, i === last ? trimPrefill(content) : content)
    if (calls.asked.length > 0 && i === last) push('user', yield* answer(calls, []))
  }
  return messages
}

/** The ids of the last assistant turn's calls: as the client wrote them and, beside each, as it is sent. */
interface Calls {
  readonly asked: readonly string[]
  readonly sent: readonly string[]
}

const NO_CALLS: Calls = { asked: [], sent: [] }

/** Gives the calls in `content` ids that the API takes. */
function* withUniqueIds(content: JsonObject[]): Steps<Calls> {
  const asked: string[] = []
  const sent: string[] = []
  const uniqueId = uniqueIds()
  const rename = (block: JsonObject, place: number) => {
    const { toolUse } = block
    if (!isObject(toolUse) || ranBy(toolUse['type']) === 'provider') return
    const id = String(toolUse['toolUseId'])
    const unique = uniqueId(id)
    asked.push(id)
    sent.push(unique)
    if (unique !== id) content[place] = { toolUse: Object.assign({}, toolUse, { toolUseId: unique }) }
  }
  yield* eachInSteps(content, () => BLOCK, rename)
  return { asked, sent }
}

/**
 * One result per call, in the order of the calls. The API refuses calls without a result, so what is left gets an error that
 * says so; results beyond that stay as ordinary content.
 */
function* answer({ asked, sent }: Calls, results: readonly ToolResult[]): Steps<readonly JsonObject[]> {
  const { answers, beyond } = yield* pairResults(asked, results)
  const blocks: JsonObject[] = []
  const add = (given: ToolResult | undefined, i: number) => {
    const inside = given?.result ?? { content: [{ text: 'no result' }] }
    blocks.push({ toolResult: Object.assign({ toolUseId: sent[i] }, inside) })
    if (given !== undefined) append(blocks, given.cachePoints)
  }
  yield* eachInSteps(answers, callUnits, add)
  yield* eachInSteps(beyond, callUnits, ({ content }) => append(blocks, content))
  return blocks
}

/** Ids must be short, of a small alphabet and unique in a turn; some providers call every call of a turn `call_0`. */
function uniqueIds(): (asked: string) => string {
  const used = new Map<string, number>()
  return (asked) => {
    const base = asked.replace(/[^a-zA-Z0-9_-]/g, '_').slice(-MAX_ID) || 'call'
    let n = used.get(base) ?? 0
    let id = base
    while (used.has(id)) id = `${base.slice(0, MAX_ID - 8)}_${++n}`
    used.set(base, n)
    if (id !== base) used.set(id, 0)
    return id
  }
}

/** A document must stand beside text. */
function withText(content: readonly JsonObject[]): readonly JsonObject[] {
  const has = (member: string) => content.some((block) => block[member] !== undefined)
  return has('document') && !has('text') ? [...content, { text: NOTHING }] : content
}

/** Models refuse an answer's beginning that ends in white space. */
function trimPrefill(content: readonly JsonObject[]): readonly JsonObject[] {
  const last = content.at(-1)
  if (typeof last?.['text'] !== 'string') return content
  return content.with(-1, { text: last['text'].trimEnd() })
}
