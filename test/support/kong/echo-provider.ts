import { z } from 'zod'
import { type FakeProvider, startProvider } from '../provider.js'

const echo = z.object({
  who: z.string(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  body: z.string(),
})

/** A request as an echo provider has got it. */
export type Echo = z.output<typeof echo>

/** A provider that answers with the request itself under its name, and with the header `x-answer: yes`. */
export function startEcho(who: string): Promise<FakeProvider> {
  return startProvider(({ method, path, headers, bodyText }, reply) =>
    reply.json(200, { who, method, path, headers, body: bodyText }, { 'x-answer': 'yes' }),
  )
}

/** Reads an echo provider's answer; throws on any other. */
export async function echoed(answer: Promise<Response> | Response): Promise<Echo> {
  return echo.parse(await (await answer).json())
}

/** The port of a provider. */
export const portOf = ({ url }: FakeProvider): number => Number(new URL(url).port)
