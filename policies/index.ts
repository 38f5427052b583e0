import type { Policy } from '../core/policy.js'
import { type SpendingOptions, spending } from './budget/spending.js'
import { contextWindow } from './limits/context-window.js'
import { type CoolDownOptions, coolDown } from './routing/cool-down.js'

/** What the policies of this build are made from. */
export interface PolicyOptions {
  readonly coolDown: CoolDownOptions
  /** Absent when there are no budgets and no limits. */
  readonly spending: SpendingOptions | undefined
}

/** Every policy of this build, in the order in which they are asked. */
export function policies(options: PolicyOptions): readonly Policy[] {
  // Budgets may choose another model, so what depends on the target comes after them.
  const money = options.spending === undefined ? [] : [spending(options.spending)]
  return [...money, contextWindow, coolDown(options.coolDown)]
}
