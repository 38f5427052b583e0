import { setTimeout as delay } from 'node:timers/promises'

/** One request, by `performance.now()`. */
export interface Asked {
  readonly sentAt: number
  readonly doneAt: number
  readonly status: number
}

/** Requests that go on until they are stopped. */
export interface Load {
  /** Resolves after so many milliseconds, with the load going on. */
  after(ms: number): Promise<unknown>
  /** How many requests have been sent since then, by `performance.now()`, and answered. */
  since(time: number): number
  /** What became of each request. */
  stop(): Promise<readonly Asked[]>
  /** Stops, and gives what became of one more request. */
  once(): Promise<Asked>
}

/** Has `workers` ask each of some gateways for the model `gpt`, one request after the other, each with the key of its moment. */
export function load(urls: readonly string[], keyOf: (worker: number) => string, workers: number): Load {
  const asked: Asked[] = []
  let state: 'going' | 'stopped' = 'going'
  const ask = async (url: string, worker: number): Promise<Asked> => {
    const sentAt = performance.now()
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${keyOf(worker)}` },
      body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'hi' }] }),
      signal: AbortSignal.timeout(15_000),
    })
    await answer.arrayBuffer()
    return { sentAt, doneAt: performance.now(), status: answer.status }
  }
  const work = async (url: string, worker: number) => {
    while (state === 'going') {
      asked.push(await ask(url, worker))
      // A refusal costs next to nothing; nobody else would come to anything.
      await delay(5)
    }
  }
  const running = urls.flatMap((url) => Array.from({ length: workers }, (_, worker) => work(url, worker)))
  const stop = async () => {
    state = 'stopped'
    await Promise.all(running)
    return asked
  }
  return {
    after: (ms) => delay(ms),
    since: (time) => asked.filter(({ sentAt }) => sentAt > time).length,
    stop,
    async once() {
      await stop()
      return ask(urls[0] ?? '', 0)
    },
  }
}
