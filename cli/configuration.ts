import { resolve } from 'node:path'
import { type Config, loadConfigFile, type ParsedConfig } from '../io/config.js'
import { providers } from '../llm/providers/index.js'
import { TOKENIZER_NAMES } from '../llm/tokens/tokenizer.js'
import { CONTENT_VOCABULARY } from '../policies/guardrails/content/vocabulary.js'
import { PII_VOCABULARY } from '../policies/pii/vocabulary.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads a configuration file against what this build has. */
export function readConfiguration(path: string, env: Environment, readFile?: (path: string) => string): ParsedConfig {
  return loadConfigFile(path, {
    env,
    readFile,
    kinds: [...providers.values()],
    tokenizers: TOKENIZER_NAMES,
    pii: PII_VOCABULARY,
    content: CONTENT_VOCABULARY,
  })
}

export type { Config }

/** Where Tollgate listens and keeps its files, from the environment that `contract.md` names. */
export interface Addresses {
  readonly bind: string
  readonly port: number
  readonly adminPort: number
  /** `host:port` or `unix:/path`. */
  readonly extproc: string
  /** `host:port` where the relay is, as Kong reaches it; for Kong's configuration also several with commas between. */
  readonly relay: string
  /** How the relay goes to providers: through the Kong at this base URL, or `direct`. */
  readonly egress: string
  /** The directory of what must outlive the process, absolute. */
  readonly stateDir: string
}

/**
 * The addresses that the environment sets, or their defaults: loopback, 8080, 9090, 50051, 8081 for the relay, Kong on 8000,
 * `.tollgate` in the working directory.
 */
export function addresses(env: Environment): Addresses {
  return {
    bind: env['TOLLGATE_BIND'] || '127.0.0.1',
    port: portOf(env['TOLLGATE_PORT'], 8080),
    adminPort: portOf(env['TOLLGATE_ADMIN_PORT'], 9090),
    extproc: env['TOLLGATE_EXTPROC_ADDRESS'] || '127.0.0.1:50051',
    relay: env['TOLLGATE_RELAY_ADDRESS'] || '127.0.0.1:8081',
    egress: env['TOLLGATE_EGRESS'] || 'http://127.0.0.1:8000',
    stateDir: resolve(env['TOLLGATE_STATE_DIR'] || '.tollgate'),
  }
}

function portOf(value: string | undefined, usual: number): number {
  const port = Number(value || usual)
  return Number.isInteger(port) && port >= 0 && port <= 65535 ? port : usual
}
