import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { decode, encode } from '@msgpack/msgpack'
import { z } from 'zod'
import { writeContext } from '../core/signed-context.js'
import { signWith } from '../relay/signing.js'
import { answerParent, isStarted } from './child.js'
import { CALLS, type Call, EGRESS_UPSTREAM, FORMS, type Form, ROUTE_CALL, SECRET } from './kong-calls.js'
import { percentile } from './statistics.js'

/** What the driver is to do: `events` access phases of one new instance, one at a time on each connection. */
export const driveSchema = z.object({
  socketPath: z.string(),
  plugin: z.string(),
  config: z.record(z.string(), z.unknown()),
  form: z.enum(FORMS),
  connections: z.int(),
  events: z.int(),
})

export type Drive = z.input<typeof driveSchema>

export const driveReportSchema = z.object({
  events: z.number(),
  /** Calls that the plugin made, over all phases. */
  calls: z.number(),
  /** Of a phase, in microseconds, Kong's own part taking no time. */
  p50: z.number(),
  p99: z.number(),
})

export type DriveReport = z.infer<typeof driveReportSchema>

/**
 * Plays Kong's part of the access phase over a plugin server's socket, with canned answers. Rejects when the plugin makes another
 * call than expected: one that refuses its requests would look cheap.
 */
export async function drive(input: Drive): Promise<DriveReport> {
  const job = driveSchema.parse(input)
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => opened(job.socketPath)))
  try {
    const [first] = sockets
    if (!first) throw new Error('no connection')
    const started = await ask(first, 'plugin.StartInstance', { Name: job.plugin, Config: JSON.stringify(job.config) })
    const instance = z.object({ Id: z.int() }).parse(started).Id
    const messages = kongMessages(job.form, instance)
    const times: number[] = []
    const progress = { left: job.events, calls: 0 }
    await Promise.all(sockets.map((socket) => play(socket, job.form, messages, progress, times)))
    await ask(first, 'plugin.CloseInstance', instance)
    return { events: times.length, calls: progress.calls, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

async function opened(path: string): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket, method: string, argument: unknown): Promise<unknown> {
  socket.write(encode([0, 0, method, [argument]]))
  const [answer] = await once(socket, 'data')
  const [, , error, result] = responseSchema.parse(decode(answer))
  if (error !== null && error !== undefined) throw new Error(`${method}: ${error}`)
  return result
}

const responseSchema = z.tuple([z.literal(1), z.int(), z.unknown(), z.unknown()])

/** Runs phases on one connection until none is left to begin. */
function play(
  socket: Socket,
  form: Form,
  messages: KongMessages,
  progress: { left: number; calls: number },
  times: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const expected = CALLS[form]
    let id = 0
    let place = 0
    let begun = 0
    let held: Buffer | undefined

    const begin = () => {
      if (progress.left === 0) {
        socket.off('data', receive).off('error', reject).off('close', closed)
        resolve()
        return
      }
      progress.left--
      place = 0
      begun = performance.now()
      socket.write(messages.event(++id))
    }
    const receive = (chunk: Buffer) => {
      const bytes = held === undefined ? chunk : Buffer.concat([held, chunk])
      const message = wholeMessage(bytes)
      held = message === undefined ? bytes : undefined
      if (message === undefined) return
      try {
        take(message)
      } catch (error) {
        reject(error)
        socket.destroy()
      }
    }
    const take = ([kind, answered, error, { EventId, Data } = NOTHING]: Message) => {
      if (kind !== 1 || answered !== id || error)
        throw new Error(`the plugin server answered ${error ?? 'out of turn'}`)
      if (Data === 'ret') {
        if (place !== expected.length) throw new Error(`the plugin ended after ${place} calls`)
        times.push((performance.now() - begun) * 1000)
        begin()
        return
      }
      const { Method = '', Args = [] } = typeof Data === 'object' ? Data : {}
      const call = callFor(form, place, Method, Args)
      if (call !== ROUTE_CALL || form === 'service') place++
      progress.calls++
      socket.write(messages.step(call, ++id, EventId))
    }
    const closed = () => reject(new Error('the plugin server closed the connection'))
    socket.on('data', receive).on('error', reject).on('close', closed)
    begin()
  })
}

interface Asked {
  readonly EventId: number
  readonly Data: string | { readonly Method?: string; readonly Args?: readonly unknown[] }
}

type Message = readonly [kind: number, id: number, error: unknown, result?: Asked]

const NOTHING: Asked = { EventId: -1, Data: '' }

/** The message that the bytes are, or undefined while some are missing: there is no length in front. */
function wholeMessage(bytes: Buffer): Message | undefined {
  try {
    return decode(bytes) as Message
  } catch (error) {
    if (error instanceof RangeError && error.message === 'Insufficient data') return undefined
    throw error
  }
}

/** The call that the plugin makes at `place`, if it is the expected one. Throws if not. */
export function callFor(form: Form, place: number, method: string, args: readonly unknown[]): Call {
  const expected = CALLS[form][place]
  if (form === 'route' && method === ROUTE_CALL.method) return ROUTE_CALL
  if (expected?.method !== method) throw new Error(`the plugin called '${method}', not '${expected?.method}'`)
  const argument = args.at(-1)
  if (expected.argument !== undefined && !(typeof argument === 'string' && argument.startsWith(expected.argument))) {
    throw new Error(`the plugin called ${method} with another argument`)
  }
  return expected
}

/** What Kong writes; ids are put in when a message is sent. */
export interface KongMessages {
  event(id: number): Uint8Array
  step(call: Call, id: number, event: number): Uint8Array
}

/** Everything but the ids is encoded once: the driver is to be faster than what it drives. */
export function kongMessages(form: Form, instance: number): KongMessages {
  const event = template('plugin.HandleEvent', { InstanceId: instance, EventName: 'access' })
  const steps = new Map(
    [...CALLS[form], ROUTE_CALL]
      .filter(({ answer }) => answer !== 'context')
      .map((call) => [call, template(call.step, { EventId: ANY, ...(call.answer && { Data: call.answer }) })]),
  )
  const sign = signWith(SECRET)
  const prefix = `${process.pid}-${Date.now().toString(36)}`
  const content = { upstream: EGRESS_UPSTREAM }
  let count = 0
  return {
    event: (id) => event(id, 0),
    step(call, id, eventId) {
      const known = steps.get(call)
      if (known) return known(id, eventId)
      const nonce = `${prefix}-${count++}`
      const Data = writeContext({ purpose: 'egress', issuedAt: Date.now(), nonce, content }, sign)
      return encode([0, id, call.step, [{ EventId: eventId, Data }]])
    },
  }
}

/** Stands for an id: it is encoded in as many bytes as the largest. */
const ANY = 0x7fff_ffff
const ANY_BYTES = Buffer.from([0xce, 0x7f, 0xff, 0xff, 0xff])

function template(method: string, argument: object): (id: number, event: number) => Buffer {
  const bytes = Buffer.from(encode([0, ANY, method, [argument]]))
  const idAt = bytes.indexOf(ANY_BYTES) + 1
  const eventAt = bytes.indexOf(ANY_BYTES, idAt) + 1
  return (id, event) => {
    const message = Buffer.from(bytes)
    message.writeUInt32BE(id, idAt)
    if (eventAt > 0) message.writeUInt32BE(event, eventAt)
    return message
  }
}

if (isStarted(import.meta.url)) answerParent((question) => drive(driveSchema.parse(question)))
