import type { ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

interface Call {
  readonly index: number | undefined
  id: string
  /** Whether the id is the provider's; ours never tells two calls apart. */
  idGiven: boolean
  name: string
  readonly kind: 'function' | 'custom'
  /** Undefined until the name is known: a block cannot start without it. */
  block: number | undefined
  /** Arguments that came before the name. */
  held: string
}

interface Entry {
  readonly index: number | undefined
  readonly id: string
  readonly name: string
  readonly text: string
  readonly kind: 'function' | 'custom'
}

/** Where a reader's blocks go: their numbers, and what has to be closed before a call starts. */
export interface CallSink {
  readonly choice: number
  nextBlock(): number
  /** An id for a call that the provider gave none. */
  newId(): string
  beforeCall(out: ChatEvent[]): void
}

/** The calls of one choice; each method adds its events to `out`. */
export interface ToolCallReader {
  /** One entry of a streamed `tool_calls`. */
  delta(entry: JsonValue, out: ChatEvent[]): void
  /** One entry of a whole message's `tool_calls`: always a call of its own. */
  whole(entry: JsonValue, out: ChatEvent[]): void
  /** The legacy `function_call` of a delta or message. */
  legacy(call: JsonObject, out: ChatEvent[]): void
  close(out: ChatEvent[]): void
  any(): boolean
}

// A key that no provider uses as an index.
const LEGACY = -1

/**
 * Puts the fragments of one choice's tool calls together. Providers leave out the index, repeat the id, or use one index
 * for several calls: a fragment with a new id starts a new call, one without an id continues the call of its index.
 * Throws `upstream_error` when a call goes on after other content has closed it.
 */
export function toolCallReader(sink: CallSink): ToolCallReader {
  return new FragmentReader(sink)
}

class FragmentReader implements ToolCallReader {
  private readonly sink: CallSink
  private open: Call[] = []
  private readonly closed: Call[] = []

  constructor(sink: CallSink) {
    this.sink = sink
  }

  delta(value: JsonValue, out: ChatEvent[]): void {
    if (isObject(value)) this.read(entryOf(value), out)
  }

  whole(value: JsonValue, out: ChatEvent[]): void {
    if (!isObject(value)) return
    const entry = entryOf(value)
    if (entry.id !== '' || entry.name !== '') this.finish(this.create({ ...entry, index: undefined }, out), out)
  }

  legacy(call: JsonObject, out: ChatEvent[]): void {
    const name = string(call.name)
    const text = argumentText(call.arguments)
    // Snowflake sends the member empty on every message.
    if (name !== '' || text !== '') this.read({ index: LEGACY, id: '', name, text, kind: 'function' }, out)
  }

  close(out: ChatEvent[]): void {
    for (const call of this.open) this.finish(call, out)
  }

  any(): boolean {
    return this.open.length + this.closed.length > 0
  }

  private append(call: Call, text: string, out: ChatEvent[]): void {
    if (call.block === undefined) call.held += text
    else if (text !== '') out.push({ type: 'delta', choice: this.sink.choice, block: call.block, text })
  }

  private begin(call: Call, out: ChatEvent[]): void {
    const { sink } = this
    sink.beforeCall(out)
    if (call.id === '') call.id = sink.newId()
    call.block = sink.nextBlock()
    const start = { kind: 'tool-call', id: call.id, name: call.name, call: call.kind } as const
    out.push({ type: 'block-start', choice: sink.choice, block: call.block, start })
    this.append(call, call.held, out)
    call.held = ''
  }

  private finish(call: Call, out: ChatEvent[]): void {
    if (call.block === undefined) this.begin(call, out)
    if (call.block !== undefined) out.push({ type: 'block-end', choice: this.sink.choice, block: call.block })
    this.open = this.open.filter((other) => other !== call)
    this.closed.push(call)
  }

  private create(entry: Entry, out: ChatEvent[]): Call {
    const { index, id, name, kind, text } = entry
    const call: Call = { index, id, idGiven: id !== '', name, kind, block: undefined, held: text }
    this.open.push(call)
    if (name !== '') this.begin(call, out)
    return call
  }

  private read(entry: Entry, out: ChatEvent[]): void {
    const { closed } = this
    const call = findCall(this.open, entry)
    if (call === undefined || startsAnother(call, entry)) {
      if (entry.id === '' && entry.name === '' && entry.text === '') return
      if (call === undefined && findCall(closed, entry) !== undefined && continuesClosed(closed, entry)) {
        if (entry.text === '') return
        throw new GatewayError('upstream_error', 'the provider continued a tool call after other content')
      }
      if (call !== undefined) this.finish(call, out)
      this.create(entry, out)
      return
    }
    if (call.block === undefined && entry.id !== '') {
      call.id = entry.id
      call.idGiven = true
    }
    if (call.block === undefined && entry.name !== '') {
      call.name = entry.name
      this.begin(call, out)
    }
    this.append(call, entry.text, out)
  }
}

function findCall(calls: readonly Call[], entry: Entry): Call | undefined {
  if (entry.index !== undefined) return calls.findLast((call) => call.index === entry.index)
  return entry.id === '' ? calls.at(-1) : calls.findLast((call) => call.id === entry.id)
}

function startsAnother(call: Call, entry: Entry): boolean {
  if (entry.id !== '') return call.idGiven && call.id !== entry.id
  // Without ids and indexes of their own, only another name tells two calls apart.
  return entry.name !== '' && call.name !== '' && entry.name !== call.name
}

function continuesClosed(closed: readonly Call[], entry: Entry): boolean {
  const call = findCall(closed, entry)
  return call !== undefined && !startsAnother(call, entry) && (entry.id !== '' || entry.name === '')
}

function entryOf(value: JsonObject): Entry {
  // Only the first fragment has a type; Snowflake sends an empty `custom` beside every `function`.
  const isCustom = value.type === 'custom' || !isObject(value.function)
  const custom = isCustom && isObject(value.custom) ? value.custom : undefined
  const called = custom ?? (isObject(value.function) ? value.function : {})
  return {
    index: typeof value.index === 'number' && value.index >= 0 ? value.index : undefined,
    id: string(value.id),
    name: string(called.name),
    text: custom === undefined ? argumentText(called.arguments) : string(custom.input),
    kind: custom === undefined ? 'function' : 'custom',
  }
}

function string(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function argumentText(value: JsonValue | undefined): string {
  return isObject(value) ? JSON.stringify(value) : string(value)
}
