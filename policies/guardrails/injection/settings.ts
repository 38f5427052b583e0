import type { Source } from '../guard.js'
import type { Family } from './families.js'

/** What the configuration says of a guard of kind `injection`. */
export interface InjectionSettings {
  /** From which score on (0 to 1) a text is an attack, by whose it is; `DEFAULT_THRESHOLDS` for those that are left out. */
  readonly thresholds: Readonly<Partial<Record<Source, number>>>
  /** Families that are not looked for. */
  readonly off: readonly Family[]
}

/**
 * At .8 one in two hundred harmless texts is taken for an attack. Who has no business giving orders is believed less; what the operator
 * or the model has said, more.
 */
export const DEFAULT_THRESHOLDS: Readonly<Record<Source, number>> = {
  system: 0.95,
  user: 0.8,
  assistant: 0.95,
  tool: 0.7,
  document: 0.7,
  definition: 0.8,
}
