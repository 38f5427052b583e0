import type { Policy } from '../core/policy.js'
import { contextWindow } from './limits/context-window.js'
import { type CoolDownOptions, coolDown } from './routing/cool-down.js'

/** What the policies of this build are made from. */
export interface PolicyOptions {
  readonly coolDown: CoolDownOptions
}

/** Every policy of this build, in the order in which they are asked. */
export function policies(options: PolicyOptions): readonly Policy[] {
  return [contextWindow, coolDown(options.coolDown)]
}
