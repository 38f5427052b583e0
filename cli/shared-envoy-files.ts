import type { Clock } from '../core/clock.js'
import type { ProviderCluster } from '../envoy/plan.js'
import type { Config } from './configuration.js'
import type { WriteEnvoy } from './envoy-files.js'

/** What a worker says of its part in Envoy's files. */
export interface EnvoyNeeds {
  /** Of its configuration. */
  readonly fingerprint: string
  /** Those that its requests may be sent to. */
  readonly clusters: readonly ProviderCluster[]
}

/** Envoy's files for several processes that follow the same configuration, each in its time. */
export interface SharedEnvoyFiles {
  /** Brings them to the configuration of this process, and to what the others need. */
  readonly own: WriteEnvoy
  /**
   * In the place of what that process needed before. Resolves once this process follows the same configuration, or has not come to it in
   * time, and the files are written; `same` means that Envoy has had the time to read them.
   */
  needs(process: number, needs: EnvoyNeeds): Promise<'changed' | 'same'>
  /** A process has ended; what it alone needed leaves with the next change. */
  ended(process: number): void
}

export interface SharedEnvoyFilesOptions {
  readonly write: WriteEnvoy
  readonly clock: Pick<Clock, 'monotonic'>
  /** What Envoy takes to read new files, in milliseconds. */
  readonly reads: number
  /** Resolves when a process that is ahead of this one has waited for long enough. */
  patience(): Promise<void>
}

/** The files are rendered from what this process was last told, with the clusters of all. */
export function sharedEnvoyFiles({ write, clock, reads, patience }: SharedEnvoyFilesOptions): SharedEnvoyFiles {
  const needed = new Map<number, readonly ProviderCluster[]>()
  const waiting = new Set<() => void>()
  let newest: { readonly config: Config; readonly clusters: readonly ProviderCluster[] } | undefined
  let changedAt = Number.NEGATIVE_INFINITY
  // One at a time: two writers of the same files would trip over each other.
  let writing: Promise<unknown> = Promise.resolve()
  const rewrite = (): Promise<'changed' | 'same'> => {
    const mine = writing.then(async () => {
      if (newest === undefined) return 'same'
      const all = [newest.clusters, ...needed.values()].flat()
      const byName = new Map(all.map((cluster) => [cluster.name, cluster]))
      if ((await write(newest.config, [...byName.values()])) === 'changed') changedAt = clock.monotonic()
      return clock.monotonic() - changedAt < reads ? 'changed' : 'same'
    })
    writing = mine.catch(() => {})
    return mine
  }
  const following = async (fingerprint: string) => {
    let state: 'waiting' | 'given up' = 'waiting'
    const late = patience().then(() => {
      state = 'given up'
    })
    while (state === 'waiting' && newest?.config.fingerprint !== fingerprint) {
      let told = () => {}
      const changed = new Promise<void>((resolve) => {
        told = resolve
      })
      waiting.add(told)
      await Promise.race([changed, late])
      waiting.delete(told)
    }
  }
  return {
    own(config, clusters) {
      newest = { config, clusters }
      for (const tell of waiting) tell()
      return rewrite()
    },
    async needs(process, { fingerprint, clusters }) {
      needed.set(process, clusters)
      if (newest?.config.fingerprint !== fingerprint) await following(fingerprint)
      return rewrite()
    },
    ended: (process) => void needed.delete(process),
  }
}
