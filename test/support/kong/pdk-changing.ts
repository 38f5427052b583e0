import { isIP } from 'node:net'
import { z } from 'zod'
import { errorAnswer, type OwnAnswer } from './answers.js'
import {
  argumentsOf,
  type CallScope,
  headerArguments,
  headerValue,
  luaString,
  oneString,
  type PdkCall,
} from './pdk-call.js'

const timeout = z
  .int()
  .min(1)
  .max(2 ** 31 - 2)
const headerTable = z.record(z.string(), headerValue)

/** What a plugin may change in the access phase, of the request, of where it goes and of the answer. */
export const CHANGING: Readonly<Record<string, PdkCall>> = {
  'kong.service.request.set_header': (args, scope) => {
    const [name, value] = argumentsOf(headerArguments, args)
    setHeader(name, value, scope)
  },
  'kong.service.request.add_header': (args, scope) => {
    const [name, value] = argumentsOf(headerArguments, args)
    setHeader(name, name.toLowerCase() === 'host' ? value : [...scope.exchange.headers.all(name), value].flat(), scope)
  },
  'kong.service.request.set_headers': (args, scope) => {
    for (const [name, value] of Object.entries(argumentsOf(z.tuple([headerTable]), args)[0]))
      setHeader(name, value, scope)
  },
  'kong.service.request.clear_header': (args, { exchange }) => exchange.headers.remove(argumentsOf(oneString, args)[0]),
  'kong.service.request.set_path': (args, { exchange }) => {
    exchange.plan.path = argumentsOf(z.tuple([z.string().startsWith('/')]), args)[0]
  },
  'kong.service.request.set_raw_query': (args, { exchange }) => {
    exchange.plan.query = argumentsOf(oneString, args)[0]
  },
  'kong.service.request.set_method': (args, { exchange }) => {
    exchange.plan.method = argumentsOf(z.tuple([z.enum(METHODS)]), args)[0]
  },
  'kong.service.request.set_scheme': (args, { exchange }) => {
    exchange.plan.scheme = argumentsOf(z.tuple([z.enum(['http', 'https'])]), args)[0]
  },
  'kong.service.request.set_raw_body': (args, { exchange }) => {
    const [body] = argumentsOf(z.tuple([z.union([z.string(), z.instanceof(Uint8Array)])]), args)
    exchange.body.replace(Buffer.from(body))
  },
  'kong.service.set_upstream': (args, { exchange, gateway }) => {
    const [name] = argumentsOf(oneString, args)
    if (!gateway.upstreams.has(name)) {
      gateway.faults.add('unknown_upstream', name)
      return undefined
    }
    exchange.plan.host = name
    return true
  },
  'kong.service.set_target': (args, { exchange }) => {
    const [host, port] = argumentsOf(z.tuple([z.string(), z.int().min(0).max(65_535)]), args)
    exchange.plan.host = host
    exchange.plan.port = port
    // Kong keeps this as the Host header, without the port.
    exchange.plan.hostHeader = isIP(host) === 6 ? `[${host}]` : host
  },
  'kong.service.set_retries': (args, { exchange }) => {
    exchange.plan.retries = argumentsOf(z.tuple([z.int().min(0).max(32_767)]), args)[0]
  },
  'kong.service.set_timeouts': (args, { exchange: { plan } }) => {
    ;[plan.connectTimeout, plan.writeTimeout, plan.readTimeout] = argumentsOf(
      z.tuple([timeout, timeout, timeout]),
      args,
    )
  },
  'kong.response.set_header': (args, { exchange }) => exchange.answerHeaders.set(...argumentsOf(headerArguments, args)),
  'kong.response.add_header': (args, { exchange }) => exchange.answerHeaders.add(...argumentsOf(headerArguments, args)),
  'kong.response.clear_header': (args, { exchange }) => exchange.answerHeaders.remove(argumentsOf(oneString, args)[0]),
  'kong.response.set_headers': (args, { exchange }) => {
    for (const [name, value] of Object.entries(argumentsOf(z.tuple([headerTable]), args)[0])) {
      exchange.answerHeaders.set(name, value)
    }
  },
}

/** The calls that end the request: the plugin hears nothing any more. */
export const ENDING: Readonly<Record<string, (args: readonly unknown[], scope: CallScope) => OwnAnswer>> = {
  'kong.response.exit': (args) => {
    const [status, body = '', headers = {}] = argumentsOf(exitArguments, [args[0], args[1], args[2]])
    if (typeof body === 'string' || body instanceof Uint8Array) return { status, headers, body }
    return {
      status,
      headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
      body: JSON.stringify(body),
    }
  },
  'kong.response.error': (args, { exchange }) => {
    const [status, message = 'An unexpected error occurred', headers = {}] = argumentsOf(errorArguments, [
      args[0],
      args[1],
      args[2],
    ])
    return errorAnswer(status, message, exchange.request.id, headers)
  },
}

const status = z.int().min(100).max(599)
const exitArguments = z.tuple([
  status,
  z.union([z.string(), z.instanceof(Uint8Array), z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  headerTable.optional(),
])
const errorArguments = z.tuple([status, luaString.optional(), headerTable.optional()])

const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'MKCOL',
  'COPY',
  'MOVE',
  'PROPFIND',
  'LOCK',
  'UNLOCK',
]

function setHeader(name: string, value: string | readonly string[], { exchange }: CallScope): void {
  exchange.headers.set(name, value)
  if (name.toLowerCase() === 'host') exchange.plan.hostHeader = [value].flat()[0]
}
