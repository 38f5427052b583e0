import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'

/** Who may call the admin API, as what. */
export const ROLES = ['admin', 'team-lead', 'developer', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/** Who is calling the admin API. */
export interface Principal {
  /** As the trail of admin actions names them. */
  readonly name: string
  readonly role: Role
  /** What a team lead or developer is limited to; of no meaning for the others. */
  readonly teams: readonly string[]
  /** Whose own things a developer may see. */
  readonly user?: string
}

/** One operation of the admin API: what it takes and gives, for whom, and what it does. The OpenAPI document is made from these. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With `{name}` for parameters, each a whole segment: `/keys/{id}/rotate`. */
  readonly path: string
  /** Unique, in camelCase; also the action's name in the trail. */
  readonly id: string
  readonly summary: string
  /** What it belongs to, for the document. */
  readonly tag: string
  /** The roles that may call it; what of it they see is the operation's own matter. */
  readonly roles: readonly Role[]
  /** Whether it changes something, and so is written into the trail. */
  readonly effect: 'reads' | 'changes'
  /** Milliseconds until its answer must begin; 30 s unless said. */
  readonly deadline?: number
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** The most bytes of a body; 64 KiB unless said. */
  readonly mostBody?: number
  readonly answers: Readonly<Record<number, OperationAnswer>>
  handle(task: OperationTask): Answer | Promise<Answer>
}

/** What an answer of one status holds: JSON of a shape, or text of some types. */
export interface OperationAnswer {
  readonly description: string
  readonly json?: z.ZodType
  readonly types?: readonly string[]
}

/** What an operation is asked. `query` and `body` are as their schemas have read them. */
export interface OperationTask {
  readonly principal: Principal
  readonly parameters: Readonly<Record<string, string>>
  readonly query: unknown
  readonly body: unknown
  readonly headers: IncomingHttpHeaders
  /** Adds to what the trail says of this action; never content or secrets. */
  note(fields: Readonly<Record<string, string | number | boolean>>): void
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  /** Text, or pieces of it that are written one after the other. */
  readonly body: string | AsyncIterable<string>
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer in JSON; those that are no success are `{ "error": "..." }`. */
export function json(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return written(status, JSON.stringify(value), headers)
}

/** An answer in JSON that has been written already. */
export function written(status: number, text: string, headers: Answer['headers'] = {}): Answer {
  return { status, contentType: 'application/json', body: `${text}\n`, headers }
}
