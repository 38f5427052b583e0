import type { JsonObject } from '../../../core/json.js'

/** What one side says before the other does; content and results are filled while turns are collected. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: JsonObject[]
  /** Only in user turns: results of the calls in the turn before, to go first. */
  readonly results: ToolResult[]
}

/** An answer to a call. `content` is the block's own, for when there is no such call. */
export interface ToolResult {
  readonly callId: string
  readonly block: JsonObject
  readonly content: readonly JsonObject[]
}

/** What stands in for a turn that the API demands and the client did not send. */
const NOTHING = '.'

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

/** Turns as messages that the API accepts: the user's first, calls answered, ids unique, no empty content. */
export function messagesOf(turns: readonly Turn[]): readonly JsonObject[] {
  const messages: JsonObject[] = []
  let calls: readonly Call[] = []
  const push = (role: Turn['role'], content: readonly JsonObject[]): void => {
    messages.push({ role, content: content.length === 0 ? [{ type: 'text', text: NOTHING }] : content })
  }

  // A conversation must begin with the user; an assistant's greeting before that stays.
  if (turns[0]?.role !== 'user') push('user', [])
  for (const [i, turn] of turns.entries()) {
    if (turn.role === 'system') push('system', turn.content)
    else if (turn.role === 'user') {
      push('user', [...answer(calls, turn.results), ...turn.content])
      calls = []
    } else {
      const next = turns[i + 1]
      const uniqueId = uniqueIds()
      const sent = turn.content.map((block) => {
        if (block['type'] !== 'tool_use') return { block }
        const id = uniqueId(String(block['id']))
        return { block: { ...block, id }, call: { asked: String(block['id']), sent: id } }
      })
      calls = sent.flatMap(({ call }) => (call === undefined ? [] : [call]))
      const content = sent.map(({ block }) => block)
      push('assistant', next === undefined ? trimPrefill(content) : content)
      if (calls.length > 0 && next?.role !== 'user') push('user', answer(calls, []))
    }
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
  const answered = matched.map(({ call, result }) => {
    const block = (result ?? left.next().value)?.block ?? { type: 'tool_result', content: 'no result', is_error: true }
    return { ...block, tool_use_id: call.sent }
  })
  return [...answered, ...[...left].flatMap(({ content }) => content)]
}

/** Ids must be of a small alphabet and unique in a turn; some providers call every call of a turn `call_0`. */
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

/** The API refuses an answer's beginning that ends in white space. */
function trimPrefill(content: readonly JsonObject[]): readonly JsonObject[] {
  const last = content.at(-1)
  if (last?.['type'] !== 'text') return content
  return [...content.slice(0, -1), { ...last, text: String(last['text']).trimEnd() }]
}
