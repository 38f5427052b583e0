import { z } from 'zod'
import type { OwnAnswer } from './answers.js'
import type { Consumer } from './declarative.js'
import type { Exchange } from './exchange.js'
import type { HeaderBag } from './headers.js'

/** A plugin of Kong's own with its configuration, ready to run. */
export interface ReadyPlugin {
  /** The request phase; an answer ends the request. */
  access?(exchange: Exchange): OwnAnswer | undefined
  /** Sees every answer's headers, also Kong's own. */
  headerFilter?(exchange: Exchange, headers: HeaderBag): void
}

export interface BundledPlugin {
  readonly name: string
  /** Kong's own; the highest runs first. */
  readonly priority: number
  /** Checks the configuration; throws where Kong refuses it. */
  prepare(config: unknown, context: BundledContext): ReadyPlugin
}

export interface BundledContext {
  readonly consumers: readonly Consumer[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Defines a plugin by the schema of its configuration. */
export function bundledPlugin<Config>(
  name: string,
  priority: number,
  schema: z.ZodType<Config>,
  prepare: (config: Config, context: BundledContext) => ReadyPlugin,
): BundledPlugin {
  return {
    name,
    priority,
    prepare: (given, context) => {
      const read = schema.safeParse(given)
      if (!read.success) throw new Error(`${name}: ${z.prettifyError(read.error)}`)
      return prepare(read.data, context)
    },
  }
}
