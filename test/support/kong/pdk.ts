import type { OwnAnswer } from './answers.js'
import type { HeaderBag } from './headers.js'
import { argumentsOf, type CallScope, LuaError, luaArguments, oneString, type PdkCall } from './pdk-call.js'
import { CHANGING, ENDING } from './pdk-changing.js'
import { LASTING, READING } from './pdk-reading.js'

/** What a call came to. */
export type CallResult =
  | { readonly kind: 'value'; readonly step: string; readonly value: unknown }
  | { readonly kind: 'answer'; readonly answer: OwnAnswer }

/** What is known of the answer when the log phase runs. */
export interface Finished {
  readonly status: number
  readonly headers: HeaderBag
  readonly source: 'service' | 'exit' | 'error'
  /** The serialized log entry, as JSON. */
  readonly serialized: string
}

/** Makes one call of a plugin. Rejects with a `LuaError` where Kong throws. */
export type MakeCall = (method: string, args: unknown, scope: CallScope) => Promise<CallResult>

/** The calls of the access phase. */
export const accessCalls: MakeCall = async (method, given, scope) => {
  const args = luaArguments(given)
  const ending = ENDING[method]
  if (ending) return { kind: 'answer', answer: ending(args, scope) }
  return value(method, await callIn(ACCESS, method)(args, scope))
}

/** The calls of the log phase, which runs when the request itself is gone: only what Kong has saved of it is there. */
export function logCalls(finished: Finished): MakeCall {
  const calls: Readonly<Record<string, PdkCall>> = {
    ...LOGGING,
    ...LASTING,
    'kong.log.serialize': () => finished.serialized,
    'kong.response.get_status': () => finished.status,
    'kong.response.get_source': () => finished.source,
    'kong.response.get_headers': () => finished.headers.toRecord(),
    'kong.response.get_header': (args) => finished.headers.get(argumentsOf(oneString, args)[0]),
  }
  return async (method, given, scope) => value(method, await callIn(calls, method)(luaArguments(given), scope))
}

const LOGGING: Readonly<Record<string, PdkCall>> = Object.fromEntries(
  ['', '.debug', '.info', '.notice', '.warn', '.err', '.crit', '.alert', '.emerg'].map((level): [string, PdkCall] => [
    `kong.log${level}`,
    (args, { gateway, plugin }) => {
      gateway.log({ level: level.slice(1) || 'notice', plugin: plugin.name, text: args.map(String).join('') })
    },
  ]),
)

const ACCESS: Readonly<Record<string, PdkCall>> = { ...LOGGING, ...LASTING, ...READING, ...CHANGING }

/** What Kong has in these phases and the stand-in has not. */
const UNSUPPORTED =
  /^kong\.(?:nginx|telemetry|cluster|tracing|cache|ip|configuration)\.|^kong\.client\.(?:authenticate|tls)|^kong\.request\.get_(?:body|uri_captures|start_time|forwarded_(?:path|prefix))$|^kong\.service\.request\.(?:enable_buffering|set_body|set_query)$|^kong\.service\.set_tls|^kong\.response\.set_status$|^kong\.log\.(?:inspect|set_serialize_value)|^kong\.vault\./

function callIn(calls: Readonly<Record<string, PdkCall>>, method: string): PdkCall {
  const call = calls[method]
  if (call) return call
  if (UNSUPPORTED.test(method)) throw new LuaError(`the stand-in has no ${method}`, 'unsupported_call')
  throw new LuaError(`${method} does not exist or may not be called in this phase`)
}

const STEPS: Readonly<Record<string, string>> = {
  'kong.client.get_credential': 'StepCredential',
  'kong.client.load_consumer': 'StepConsumer',
  'kong.client.get_consumer': 'StepConsumer',
  'kong.router.get_route': 'StepRoute',
  'kong.router.get_service': 'StepService',
  'kong.request.get_query': 'StepMultiMap',
  'kong.request.get_headers': 'StepMultiMap',
  'kong.response.get_headers': 'StepMultiMap',
}

function value(method: string, result: unknown): CallResult {
  const step = STEPS[method] ?? 'Step'
  const table = asTable(result)
  // Multimaps stay maps; of any other table without members Lua does not know that it was to be one.
  const none = step === 'StepMultiMap' && Array.isArray(table) && table.length === 0
  return { kind: 'value', step: `plugin.${step}`, value: none ? {} : table }
}

/** As Lua packs it: members without a value are not there, a table without members is an empty array. */
function asTable(result: unknown): unknown {
  if (result instanceof Uint8Array || typeof result !== 'object' || result === null) return result ?? undefined
  if (Array.isArray(result)) return result.map(asTable)
  const members = Object.entries(result).filter(([, one]) => one !== undefined && one !== null)
  return members.length === 0 ? [] : Object.fromEntries(members.map(([name, one]) => [name, asTable(one)]))
}
