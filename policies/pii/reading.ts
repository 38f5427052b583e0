import type { Call } from '../../core/policy.js'
import type { AuditTally } from './audit-tally.js'
import type { CompiledRule } from './compiled.js'
import type { Digest } from './modes/digest.js'
import type { Placeholders } from './placeholders/placeholders.js'

/** One request on its way through a rule. */
export interface Reading {
  readonly compiled: CompiledRule
  readonly call: Call
  /** How many choices the answer has. */
  readonly choices: number
  readonly placeholders: Placeholders
  readonly digest: Digest
  readonly tally: AuditTally
  /** Values that were found and sent as they are, as `spelled`: the provider may repeat them. */
  readonly sent: Set<string>
}

/** A value without its case and spacing, in which a model may repeat it. */
export const spelled = (value: string) => value.toLowerCase().replace(/[\s-]+/g, '')
