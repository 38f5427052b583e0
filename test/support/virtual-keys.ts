import type { JsonObject } from '../../core/json.js'

/** An answer of the admin API. */
export interface AdminAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Calls an operation of the admin API on loopback, where nobody need show anything. */
export async function operate(adminUrl: string, method: string, path: string, body?: JsonObject): Promise<AdminAnswer> {
  const sends = method === 'POST' || method === 'PATCH'
  const answer = await fetch(`${adminUrl}${path}`, {
    method,
    ...(sends && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    signal: AbortSignal.timeout(10_000),
  })
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> }
}

/** Issues a key that is good for everything unless said. */
export async function issue(
  adminUrl: string,
  members: JsonObject = {},
): Promise<{ readonly id: string; readonly key: string }> {
  const answer = await operate(adminUrl, 'POST', '/keys', { name: 'a test', ...members })
  if (answer.status !== 201) throw new Error(`no key was issued: ${JSON.stringify(answer)}`)
  return { id: String(answer.body['id']), key: keyOf(answer) }
}

/** The text in the answer of issue or rotate. */
export function keyOf({ status, body }: AdminAnswer): string {
  const text = body['key']
  if (typeof text !== 'string') throw new Error(`there is no key in the answer (${status}): ${JSON.stringify(body)}`)
  return text
}
