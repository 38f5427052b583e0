import { z } from 'zod'
import type { Consumer, KongConfig } from './declarative.js'
import type { Exchange } from './exchange.js'
import type { Fault, Faults } from './faults.js'

/** A line that a plugin has written with `kong.log`. */
export interface LogLine {
  readonly level: string
  readonly plugin: string
  readonly text: string
}

/** What calls may ask of the gateway, the same for every request until a reload. */
export interface Gateway {
  readonly nodeId: string
  readonly upstreams: KongConfig['upstreams']
  readonly consumers: readonly Consumer[]
  /** What a vault reference stands for. */
  resolve(reference: string): string | undefined
  /** Bodies above it are on disk, in bytes. */
  readonly bodyBufferSize: number
  readonly faults: Faults
  log(line: LogLine): void
}

/** On whose behalf a call is made. */
export interface CallScope {
  readonly exchange: Exchange
  readonly plugin: { readonly name: string; readonly id: string }
  readonly gateway: Gateway
}

/** A call of the plugin development kit. It gives the first return value, undefined for nil; it throws `LuaError` where Lua throws. */
export type PdkCall = (args: readonly unknown[], scope: CallScope) => unknown

/** Kong's own error in a call: the client gets 500 and the plugin never hears of it. */
export class LuaError extends Error {
  override readonly name = 'LuaError'
  readonly kind: Extract<Fault['kind'], 'illegal_call' | 'unsupported_call'>

  constructor(message: string, kind: LuaError['kind'] = 'illegal_call') {
    super(message)
    this.kind = kind
  }
}

/** The arguments of a call, or a `LuaError`. Lua ignores further ones. */
export function argumentsOf<T extends z.ZodTuple>(schema: T, args: readonly unknown[]): z.output<T> {
  const read = schema.safeParse(args.slice(0, schema.def.items.length))
  if (!read.success) throw new LuaError(`bad arguments: ${z.prettifyError(read.error)}`)
  return read.data
}

/** The arguments as Lua sees them. A nil before another argument is a hole: whether `unpack` goes past it is anybody's guess. */
export function luaArguments(value: unknown): readonly unknown[] {
  const args = Array.isArray(value) ? value : []
  const last = args.findLastIndex((one) => one !== null && one !== undefined)
  const kept = args.slice(0, last + 1)
  if (kept.some((one) => one === null || one === undefined)) throw new LuaError('a nil comes before another argument')
  return kept
}

/** Bytes or text: Lua has only one kind of strings. */
export const luaString = z.union([
  z.string(),
  z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('latin1')),
])

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).trim())

/** What Kong takes as the value of a header. */
export const headerValue = z.union([scalar, z.array(scalar)])

export const headerArguments = z.tuple([z.string(), headerValue])
export const oneString = z.tuple([z.string()])
