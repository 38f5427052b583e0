import type { IncomingHttpHeaders } from 'node:http'

/** One method of one path of the admin port. */
export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As it is written, or with one `{name}` as its last segment. `HEAD` is answered by `GET`. */
  readonly path: string
  handle(task: AdminTask): AdminAnswer | Promise<AdminAnswer>
}

/** What a route is asked. */
export interface AdminTask {
  /** What stands for `{name}`, decoded; empty when the path has none. */
  readonly name: string
  readonly headers: IncomingHttpHeaders
  /** The whole body as text; undefined when it is longer than `limit` bytes. */
  body(limit: number): Promise<string | undefined>
}

export interface AdminAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer in JSON; those that are no success are `{ "error": "..." }`. */
export function jsonAnswer(status: number, value: unknown, headers: AdminAnswer['headers'] = {}): AdminAnswer {
  return { status, contentType: 'application/json', body: `${JSON.stringify(value)}\n`, headers }
}
