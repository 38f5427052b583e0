import type { Policy } from '../core/policy.js'
import { type SpendingOptions, spending } from './budget/spending.js'
import { contextWindow } from './limits/context-window.js'
import { type PiiOptions, pii } from './pii/policy.js'
import { type CoolDownOptions, coolDown } from './routing/cool-down.js'

/** What the policies of this build are made from. */
export interface PolicyOptions {
  readonly coolDown: CoolDownOptions
  /** Absent when there are no budgets and no limits. */
  readonly spending: SpendingOptions | undefined
  /** Absent when nothing is looked for. */
  readonly pii: PiiOptions | undefined
}

/** Every policy of this build, in the order in which they are asked. */
export function policies(options: PolicyOptions): readonly Policy[] {
  // What leaves is what is counted and paid for.
  const filters = options.pii === undefined ? [] : [pii(options.pii)]
  // Budgets may choose another model, so what depends on the target comes after them.
  const money = options.spending === undefined ? [] : [spending(options.spending)]
  return [...filters, ...money, contextWindow, coolDown(options.coolDown)]
}
