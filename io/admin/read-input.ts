import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import { type Answer, json, type Operation } from './operation.js'

/** What a request brings besides its path. */
export interface Input {
  readonly search: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** The whole body as text; undefined when it is longer than `limit` bytes. */
  body(limit: number): Promise<string | undefined>
}

/** Query and body as an operation's schemas read them, or what is wrong with them: 400, 413 or 415. */
export type Read =
  | { readonly kind: 'read'; readonly query: unknown; readonly body: unknown }
  | { readonly kind: 'refused'; readonly answer: Answer }

const MOST_BODY = 64 * 1024

/** Reads what an operation takes. Answers name the field at fault and never repeat what was in it. */
export async function readInput(operation: Operation, input: Input): Promise<Read> {
  const { method, query, body, mostBody = MOST_BODY } = operation
  // Web pages may send any other type here without asking first; the methods without this check they must ask for.
  if ((method === 'POST' || method === 'PATCH') && !isJson(input.headers)) {
    return refused(415, "the body's content-type must be application/json")
  }
  const asked = query?.safeParse(queryOf(input.search)) ?? { success: true, data: {} }
  if (!asked.success) return faulty('query', asked.error)
  if (body === undefined) return { kind: 'read', query: asked.data, body: undefined }
  const text = await input.body(mostBody)
  if (text === undefined) return refused(413, `the body is longer than ${mostBody} bytes`)
  const value = jsonIn(text)
  if (value.kind === 'not JSON') return refused(400, 'the body must be JSON')
  const sent = body.safeParse(value.value)
  if (!sent.success) return faulty('body', sent.error)
  return { kind: 'read', query: asked.data, body: sent.data }
}

function isJson(headers: IncomingHttpHeaders): boolean {
  return /^application\/json *(;|$)/i.test(headers['content-type'] ?? '')
}

/** A name that is given more than once has a list for its value. */
function queryOf(search: URLSearchParams): Readonly<Record<string, string | readonly string[]>> {
  const names = [...new Set(search.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = search.getAll(name)
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

function faulty(where: 'query' | 'body', error: z.ZodError): Read {
  const [issue] = error.issues
  const field = (issue?.path ?? []).map(String).join('.')
  const what = issue?.code === 'unrecognized_keys' ? 'has a member that is not known' : (issue?.message ?? 'is wrong')
  return refused(400, `the ${where}${field === '' ? '' : `'s ${field}`}: ${what}`, field === '' ? {} : { field })
}

function refused(status: number, error: string, more: Readonly<Record<string, string>> = {}): Read {
  return { kind: 'refused', answer: json(status, { error, ...more }) }
}

function jsonIn(text: string): { readonly kind: 'JSON'; readonly value: unknown } | { readonly kind: 'not JSON' } {
  try {
    return { kind: 'JSON', value: JSON.parse(text) }
  } catch {
    return { kind: 'not JSON' }
  }
}
