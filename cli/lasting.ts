import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../core/clock.js'
import { type CredentialOptions, type CredentialStore, createCredentials } from '../io/credentials/credentials.js'
import type { KeyPools } from '../io/credentials/pools.js'
import type { ServiceTransport } from '../io/guards/service-transport.js'
import { systemSchedule } from '../io/ledger/deadline.js'
import { createTurnQueue } from '../io/turn-queue.js'
import { createEncodings, type Encodings } from '../llm/tokens/encoding.js'
import { createVerdictCache, type VerdictCache } from '../policies/guardrails/external/verdict-cache.js'
import { nameModelFrom } from '../policies/pii/names/load.js'
import type { NameModel } from '../policies/pii/names/model.js'
import type { Send } from '../policies/services/transport.js'
import { type Auditing, NO_AUDITING } from './auditing.js'
import { type Billing, noBilling } from './billing.js'
import { type Keys, noKeys } from './keys-of-service.js'
import { passingKey } from './own-key.js'
import { providerKeys } from './provider-keys.js'
import { forgetful, type Spending } from './spending.js'

/** What outlives a configuration: read vocabularies, which targets asked for a rest, what has been spent, and tokens of accounts. */
export interface Lasting {
  readonly clock: Clock
  /** Lets other work run; all that takes long waits for its turn here. */
  readonly pause: () => Promise<void>
  readonly encodings: Encodings
  readonly resting: Map<string, number>
  readonly spending: Spending
  /** Keys of Tollgate's own. */
  readonly keys: Keys
  readonly credentials: CredentialStore
  /** The pools of providers with several keys. */
  readonly providerKeys: KeyPools
  /** Where records of requests are made. */
  readonly audit: Pick<Auditing, 'port' | 'isElsewhere'>
  /** The ledger of what was spent. */
  readonly billing: Billing
  /** The secret of this installation. */
  readonly ownKey: () => Uint8Array
  /** What was learned of names, read when a rule first looks for them. */
  readonly names: () => NameModel
  /** What services have said of texts. */
  readonly verdicts: VerdictCache
  /** Connections to the services that judge texts, from when they are first asked for. */
  services(): Promise<Send>
}

/** What a process brings of its own. */
type Own = Pick<
  Lasting,
  'spending' | 'credentials' | 'ownKey' | 'keys' | 'providerKeys' | 'audit' | 'billing' | 'pause'
>

/**
 * State for one process. What it does not bring is what those have who only look at a configuration: what is spent is counted and
 * forgotten, accounts are told from the configuration alone, and nothing is kept.
 */
export function createLasting(clock: Clock, own: Partial<Own> = {}): Lasting {
  const { pause = createTurnQueue(setImmediate) } = own
  return {
    clock,
    pause,
    encodings: createEncodings(readFile, pause),
    resting: new Map(),
    spending: forgetful(clock),
    keys: noKeys(clock),
    credentials: accounts(clock, {}, SILENT),
    providerKeys: providerKeys(clock, SILENT),
    audit: NO_AUDITING,
    billing: noBilling(clock),
    ownKey: passingKey(),
    names: nameModelFrom((file) => readFileSync(file, 'utf8')),
    verdicts: createVerdictCache({ most: MOST_VERDICTS, clock }),
    services: connections(clock),
    ...own,
  }
}

/** A few megabytes. */
const MOST_VERDICTS = 20_000

function connections(clock: Clock): () => Promise<Send> {
  let transport: Promise<ServiceTransport> | undefined
  const wait = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => undefined)
  const open = async () => {
    const { createServiceTransport } = await import('../io/guards/service-transport.js')
    return createServiceTransport({ clock, wait })
  }
  return async () => {
    transport ??= open()
    return (await transport).send
  }
}

/** The accounts of one process; those that the configuration does not spell out are found in `env` and on the machine. */
export function accounts(clock: Clock, env: CredentialOptions['env'], log: CredentialOptions['log']): CredentialStore {
  return createCredentials({ clock, schedule: systemSchedule, random: Math.random, env, log })
}

const SILENT = { info() {}, warn() {}, error() {} }
