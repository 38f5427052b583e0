import type { JsonObject } from '../../core/json.js'
import type { Policy } from '../../core/policy.js'
import type { Guard } from '../../policies/guardrails/guard.js'
import { systemSchedule, within } from '../ledger/deadline.js'

/** A file of the operator's own, and what the configuration gives it. */
export interface CustomSource {
  /** Absolute; for messages. */
  readonly path: string
  /** What stands in it: TypeScript, a module by itself. */
  readonly text: string
  readonly options: JsonObject
}

/** What such a file makes: a guard, or a policy of any kind. */
export type Custom =
  | { readonly kind: 'guard'; readonly guard: Guard }
  | { readonly kind: 'policy'; readonly policy: Policy }

/**
 * Runs a file's default export with its options. The file stands for itself: it imports types and Node's own modules (`node:...`)
 * only. Rejects with a message that says what is wrong with it, also where it does not come to an end.
 */
export async function loadCustom(source: Omit<CustomSource, 'path'>, deadline = DEADLINE): Promise<Custom> {
  const answer = await within(deadline, systemSchedule, () => run(source))
  if (answer.kind === 'answered') return answer.value
  throw answer.kind === 'failed' ? answer.cause : new Error(`it has not come to an end within ${deadline} ms`)
}

/** Milliseconds for a file to be run. */
const DEADLINE = 10_000

async function run({ text, options }: Omit<CustomSource, 'path'>): Promise<Custom> {
  const code = await compiled(text)
  const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
  const module = await imported(url)
  const make = module.default
  if (!isMaker(make)) throw new Error('it has no function as its default export')
  const own: unknown = await make(options)
  // Methods of a class stand on its prototype.
  if (isPolicy(own))
    return { kind: 'policy', policy: { name: own.name, admit: (request, call) => own.admit(request, call) } }
  if (isGuard(own)) return { kind: 'guard', guard: { window: own.window, open: (request) => own.open(request) } }
  throw new Error(
    'what its default export returns is neither a guard ({ window, open }) nor a policy ({ name, admit })',
  )
}

function isMaker(value: unknown): value is (options: JsonObject) => unknown {
  return typeof value === 'function'
}

/** The compiler is loaded when there is something to compile: it takes megabytes. */
async function compiled(text: string): Promise<string> {
  const { transform } = await import('@swc/wasm-typescript')
  try {
    return (await transform(text, { mode: 'transform', module: true })).code
  } catch (cause) {
    throw new Error(`it is no TypeScript that can be compiled: ${firstLine(cause)}`, { cause })
  }
}

async function imported(url: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(url)
  } catch (cause) {
    // Messages of the loader repeat the whole module.
    throw new Error(`it cannot be run: ${firstLine(cause).replace(/data:[^\s'"]*/g, 'the file')}`, { cause })
  }
}

function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : messageIn(cause)
  return message.split('\n', 1)[0]?.slice(0, 300) ?? ''
}

/** The compiler's errors are plain objects. */
function messageIn(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null && 'message' in cause) return String(cause.message)
  return 'it threw what is no error'
}

function isGuard(made: unknown): made is Guard {
  if (typeof made !== 'object' || made === null || !('open' in made) || typeof made.open !== 'function') return false
  const { window } = made as { readonly window?: unknown }
  return window === 'whole' || (typeof window === 'number' && Number.isInteger(window) && window > 0)
}

function isPolicy(made: unknown): made is Policy {
  return (
    typeof made === 'object' &&
    made !== null &&
    'admit' in made &&
    typeof made.admit === 'function' &&
    'name' in made &&
    typeof made.name === 'string'
  )
}
