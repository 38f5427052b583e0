import { type Schedule, systemSchedule, within } from '../ledger/deadline.js'
import type { Authentication, Shown } from './authenticate.js'
import { type Answer, json, type Operation, type Principal } from './operation.js'
import { createPaths } from './paths.js'
import { type Input, readInput } from './read-input.js'
import type { Trail, TrailAction } from './trail.js'

export interface ApiOptions {
  readonly operations: readonly Operation[]
  authenticate(shown: Shown): Authentication
  readonly trail: Pick<Trail, 'begin' | 'refused'>
  /** Something failed; its caller was told no more than 500 or 503. */
  failed(error: unknown): void
  readonly schedule?: Schedule
}

/** One call. */
export interface ApiCall extends Omit<Input, 'search'>, Shown {
  readonly method: string
  /** With the query. */
  readonly url: string
  /** Where it came from. */
  readonly address: string
}

/** Answers calls: says who may do what, writes down what is changed, and asks the operation. */
export type Api = (call: ApiCall) => Promise<Answer>

/** What the same port serves to whoever reaches it. */
const OPEN_PATHS = ['/healthz', '/readyz', '/metrics']

/** Milliseconds that an operation may take until its answer begins. */
const DEADLINE = 30_000

/** No cache and no other page has a use for what is answered here. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** What a page among the answers may do: nothing but look as it does. */
const PAGE = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" }

/** The admin API of some operations. */
export function createApi(options: ApiOptions): Api {
  const { operations, authenticate, trail, failed, schedule = systemSchedule } = options
  const find = createPaths(operations)
  const paths = [...OPEN_PATHS, ...new Set(operations.map(({ path }) => path))]

  /** A refusal stays one, whether or not it can be written down. */
  const refuse = async (operation: Operation, action: TrailAction, answer: Answer): Promise<Answer> => {
    if (operation.effect === 'reads') return answer
    await trail.refused(action, answer.status).catch(failed)
    return answer
  }
  const perform = async (operation: Operation, task: Parameters<Operation['handle']>[0]): Promise<Answer> => {
    const { deadline = DEADLINE } = operation
    const done = await within(deadline, schedule, () => operation.handle(task))
    switch (done.kind) {
      case 'answered':
        return done.value
      case 'failed':
        failed(done.cause)
        return json(500, { error: 'Tollgate failed to answer; its log says where' })
      case 'late':
        return json(503, {
          error: `there was no answer within ${deadline / 1000} s; what was asked for may still happen`,
        })
    }
  }
  const change = async (
    operation: Operation,
    action: TrailAction,
    task: Omit<Parameters<Operation['handle']>[0], 'note'>,
  ): Promise<Answer> => {
    const fields: Record<string, string | number | boolean> = {}
    const end = await trail.begin(action).catch((error: unknown) => {
      failed(error)
      return undefined
    })
    if (!end) return json(503, { error: 'the trail of admin actions cannot be written, so nothing is changed' })
    const answer = await perform(operation, { ...task, note: (more) => void Object.assign(fields, more) })
    // It is done, and its beginning is written: an end that is missing says that nobody knows.
    await end(answer.status, fields).catch(failed)
    return answer
  }

  const handle = async (call: ApiCall): Promise<Answer> => {
    const { pathname, search } = partsOf(call.url)
    const found = find(call.method, pathname)
    switch (found.kind) {
      case 'nothing':
        return json(404, { error: 'not found', paths })
      case 'other methods':
        return json(405, { error: 'method not allowed' }, { allow: found.allow.join(', ') })
      case 'found':
    }
    const { route: operation, parameters } = found
    const { address, headers } = call
    const caller = authenticate(call)
    const unknown = { principal: null, role: null, operation: operation.id, parameters, address }
    if (caller.kind === 'refused') return refuse(operation, unknown, caller.answer)
    const { principal } = caller
    const action = { ...unknown, principal: principal.name, role: principal.role }
    if (!operation.roles.includes(principal.role)) return refuse(operation, action, forbidden(operation, principal))
    const read = await readInput(operation, { search, headers, body: call.body })
    if (read.kind === 'refused') return refuse(operation, action, read.answer)
    const task = { principal, parameters, query: read.query, body: read.body, headers }
    return operation.effect === 'reads'
      ? perform(operation, { ...task, note: () => {} })
      : change(operation, action, task)
  }

  return async (call) => {
    const answer = await handle(call)
    const page = answer.contentType.startsWith('text/html') ? PAGE : {}
    return { ...answer, headers: { ...HEADERS, ...page, ...answer.headers } }
  }
}

function forbidden({ roles }: Operation, { name, role }: Principal): Answer {
  return json(403, { error: `this is for ${roles.join(', ')}; ${name} is ${role}`, roles })
}

function partsOf(url: string): { readonly pathname: string; readonly search: URLSearchParams } {
  const at = url.indexOf('?')
  return at < 0
    ? { pathname: url, search: new URLSearchParams() }
    : { pathname: url.slice(0, at), search: new URLSearchParams(url.slice(at + 1)) }
}
