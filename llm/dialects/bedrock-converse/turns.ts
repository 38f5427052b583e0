import { isObject, type JsonObject } from '../../../core/json.js'
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

/** Turns without content go, and the turns around them become one. */
export function withoutEmpty(turns: readonly Turn[]): readonly Turn[] {
  const kept: Turn[] = []
  for (const turn of turns) {
    if (turn.content.length === 0 && turn.results.length === 0) continue
    const last = kept.at(-1)
    if (last?.role !== turn.role) kept.push({ ...turn, content: [...turn.content], results: [...turn.results] })
    else {
      append(last.content, turn.content)
      append(last.results, turn.results)
    }
  }
  return kept
}

/** Adds in place. (Spreading into `push` overflows the stack at a hundred thousand parts.) */
export function append<T>(to: T[], items: readonly T[]): void {
  for (const item of items) to.push(item)
}

/** Turns as messages that the API accepts: the user's first, calls answered, ids unique, documents beside text. */
export function messagesOf(turns: readonly Turn[]): readonly JsonObject[] {
  const messages: JsonObject[] = []
  let calls: readonly Call[] = []
  const push = (role: Turn['role'], content: readonly JsonObject[]): void => {
    const blocks = content.length === 0 ? [{ text: NOTHING }] : role === 'user' ? withText(content) : content
    messages.push({ role, content: blocks })
  }

  // A conversation must begin with the user; an assistant's greeting before that stays.
  if (turns[0]?.role !== 'user') push('user', [])
  for (const [i, turn] of turns.entries()) {
    if (turn.role === 'user') {
      push('user', [...answer(calls, turn.results), ...turn.content])
      calls = []
      continue
    }
    const uniqueId = uniqueIds()
    const asked: Call[] = []
    const content = turn.content.map((block) => {
      const { toolUse } = block
      if (!isObject(toolUse) || ranBy(toolUse['type']) === 'provider') return block
      const call = { asked: String(toolUse['toolUseId']), sent: uniqueId(String(toolUse['toolUseId'])) }
      asked.push(call)
      return { toolUse: { ...toolUse, toolUseId: call.sent } }
    })
    calls = asked
    push('assistant', i === turns.length - 1 ? trimPrefill(content) : content)
    if (calls.length > 0 && turns[i + 1] === undefined) push('user', answer(calls, []))
  }
  return messages
}

/** A tool call of the last assistant turn: its id as the client wrote it, and as it is sent. */
interface Call {
  readonly asked: string
  readonly sent: string
}

/**
 * One result per call, in the order of the calls. Results whose ids match no call answer, in order, the calls that are
 * left. The API refuses calls without a result, so what is still left gets an error that says so; results beyond that
 * stay as ordinary content.
 */
function answer(calls: readonly Call[], results: readonly ToolResult[]): readonly JsonObject[] {
  const byCall = new Map<string, ToolResult[]>(calls.map(({ asked }) => [asked, []]))
  const strays: ToolResult[] = []
  for (const result of results) (byCall.get(result.callId) ?? strays).push(result)
  const queues = new Map([...byCall].map(([asked, queue]) => [asked, queue.values()]))
  const matched = calls.map((call) => ({ call, result: queues.get(call.asked)?.next().value }))
  const left = [...[...queues.values()].flatMap((queue) => [...queue]), ...strays].values()
  const answered = matched.flatMap(({ call, result }) => {
    const given = result ?? left.next().value
    const inside = given?.result ?? { content: [{ text: 'no result' }] }
    return [{ toolResult: { toolUseId: call.sent, ...inside } }, ...(given?.cachePoints ?? [])]
  })
  return [...answered, ...[...left].flatMap(({ content }) => content)]
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
  return [...content.slice(0, -1), { text: last['text'].trimEnd() }]
}
