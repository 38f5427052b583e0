import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { JsonObject } from '../core/json.js'
import { issueKey, type KeyMaker } from '../io/keys/key-changes.js'

/** How much a configuration holds. */
export interface Extent {
  readonly models: number
  readonly providers: number
  readonly budgets: number
  readonly keys: number
}

const maker: KeyMaker = {
  random: randomBytes,
  hash: (text) => createHash('sha256').update(text).digest('hex'),
}

const name = (kind: string, index: number) => `${kind}-${index}`

/** The configuration, whose keys are in the file at `keys`. The last of everything is what the bench's requests use. */
export function growthConfig(providerPort: number, extent: Extent, keys: string): JsonObject {
  const named = <T>(kind: string, count: number, make: (index: number) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [name(kind, index), make(index)]))
  const last = extent.budgets - 1
  return {
    version: 1,
    providers: named('provider', extent.providers, () => ({
      kind: 'openai',
      apiKey: 'bench',
      baseUrl: `http://127.0.0.1:${providerPort}/v1`,
    })),
    models: named('model', extent.models, (index) => ({
      targets: [{ provider: name('provider', index % extent.providers), model: 'gpt-4o' }],
    })),
    // The last one is of the key's own team; of the others every third is of one model alone.
    budgets: Array.from({ length: extent.budgets }, (_, index) => ({
      name: name('budget', index),
      match: {
        team: name('team', index),
        ...(index % 3 === 0 && index !== last && { model: name('model', index % extent.models) }),
      },
      limit: { usd: 9_000_000, per: 'day' },
    })),
    keys: { store: { kind: 'file', path: keys } },
    ledger: { kind: 'off' },
  }
}

/** What a request says to be the last of everything. */
export interface LastOf {
  readonly model: string
  readonly key: string
}

/** Writes the file of keys. */
export function writeKeys(path: string, extent: Extent): LastOf {
  const shown = Array.from({ length: extent.keys }, (_, index) => {
    const team = name('team', index === extent.keys - 1 ? extent.budgets - 1 : index % extent.budgets)
    return issueKey({ name: name('key', index), team }, { by: 'bench', now: Date.now() }, maker)
  })
  const records = shown.map(({ key }) => JSON.stringify(key))
  writeFileSync(path, `{"format":1,"keys":[\n${records.join(',\n')}\n]}\n`, { mode: 0o600 })
  return { model: name('model', extent.models - 1), key: shown.at(-1)?.text ?? '' }
}
