import { json, type Principal } from '../../../io/admin/operation.js'
import { readInput } from '../../../io/admin/read-input.js'
import { keyOperations } from '../../../io/keys/key-operations.js'
import type { KeyStore } from '../../../io/keys/key-store.js'
import type { VirtualKey } from '../../../policies/keys/virtual-key.js'
import { maker, NOON } from '../../policies/keys/keys.js'

interface WorldOptions {
  readonly overlap?: number
  readonly store?: 'none'
  readonly addresses?: 'unknown'
}

/** The operations on keys over a store in memory, on a clock that a test turns; asked as the admin port asks them. */
export function operationsWorld({ overlap = 0, store: has, addresses }: WorldOptions = {}) {
  let now = NOON
  const store = memoryStore()
  const notes: Readonly<Record<string, string | number | boolean>>[] = []
  const operations = keyOperations({
    ...maker,
    store: () => (has === 'none' ? undefined : store),
    overlap: () => overlap,
    hasModel: (name) => ['gpt', 'other'].includes(name),
    knowsAddresses: () => addresses !== 'unknown',
    clock: { now: () => now, monotonic: () => now },
  })
  return {
    store,
    notes,
    now: () => now,
    pass(ms: number) {
      now += ms
    },
    async call(
      principal: Principal,
      id: string,
      sent?: unknown,
      parameters: Readonly<Record<string, string>> = {},
      query: Readonly<Record<string, string>> = {},
    ) {
      const operation = operations.find((one) => one.id === id)
      if (!operation) throw new Error(`there is no operation ${id}`)
      const headers = { 'content-type': 'application/json' }
      const input = { search: new URLSearchParams(query), headers, body: async () => JSON.stringify(sent) }
      const read = await readInput(operation, input)
      const note = (fields: (typeof notes)[number]) => notes.push(fields)
      const answer = !operation.roles.includes(principal.role)
        ? json(403, { error: 'not this role' })
        : read.kind === 'refused'
          ? read.answer
          : await operation.handle({ principal, parameters, query: read.query, body: read.body, headers, note })
      const text = String(answer.body)
      const shape = operation.answers[answer.status]?.json
      const body = JSON.parse(text) as Readonly<Record<string, unknown>>
      // What is answered is what the document says.
      shape?.parse(body)
      return { status: answer.status, text, body }
    },
  }
}

function memoryStore() {
  const kept = new Map<string, VirtualKey>()
  let before: (() => Promise<void>) | undefined
  let broken: Error | undefined
  const change = async (id: string, version: number, next: VirtualKey | undefined) => {
    if (broken) throw broken
    const interruption = before
    before = undefined
    await interruption?.()
    if ((kept.get(id)?.version ?? 0) !== version) return 'conflict'
    if (next) kept.set(id, next)
    else kept.delete(id)
    return 'done'
  }
  let spreads = 0
  const store: Pick<KeyStore, 'list' | 'put' | 'remove' | 'spread'> = {
    async spread() {
      spreads += 1
    },
    async list() {
      if (broken) throw broken
      return [...kept.values()]
    },
    put: (key) => change(key.id, key.version - 1, key),
    remove: (key) => change(key.id, key.version, undefined),
  }
  return {
    ...store,
    keys: () => [...kept.values()],
    spreads: () => spreads,
    /** Something happens right before the next change. */
    interrupt(work: () => Promise<void>) {
      before = work
    },
    fail(error: Error) {
      broken = error
    },
  }
}
