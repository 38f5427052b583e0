import type { Policy } from '../core/policy.js'
import type { Access } from './access/policy.js'
import { type CaptureOptions, capture } from './audit/capture.js'
import { type SpendingOptions, spending } from './budget/spending.js'
import { classification } from './classification/policy.js'
import type { ClassificationSettings } from './classification/settings.js'
import { readAhead } from './content/read-ahead.js'
import { type GuardrailOptions, guardrails } from './guardrails/policy.js'
import { type LedgerRoom, ledgerGate } from './ledger-gate/policy.js'
import { contextWindow } from './limits/context-window.js'
import { type PiiOptions, pii } from './pii/policy.js'
import { type CoolDownOptions, coolDown } from './routing/cool-down.js'

/** What the policies of this build are made from. */
export interface PolicyOptions {
  readonly coolDown: CoolDownOptions
  readonly access: Access
  /** Absent when nothing is recorded. */
  readonly ledger: LedgerRoom | undefined
  /** Absent when no records are kept. */
  readonly audit: CaptureOptions | undefined
  /** Absent when there are no budgets and no limits. */
  readonly spending: SpendingOptions | undefined
  /** Absent when nothing is looked for. */
  readonly pii: PiiOptions | undefined
  /** Absent when there are no guards. */
  readonly guardrails: GuardrailOptions | undefined
  /** Absent when nothing is classified. */
  readonly classification: ClassificationSettings | undefined
  /** Of the operator's own. */
  readonly custom: readonly Policy[]
}

/** Every policy of this build, in the order in which they are asked. */
export function policies(options: PolicyOptions): readonly Policy[] {
  // Guards see what leaves, so that what they ask others about has no personal data in it.
  const guards = options.guardrails === undefined ? [] : [readAhead(guardrails(options.guardrails), options.guardrails)]
  // What leaves is what is counted and paid for.
  const filters = options.pii === undefined ? [] : [readAhead(pii(options.pii), options.pii)]
  // Budgets may choose another model, so what depends on the target comes after them.
  const money = options.spending === undefined ? [] : [spending(options.spending)]
  // Where a request may go is known by what has been found in it.
  const labels = options.classification === undefined ? [] : [classification(options.classification)]
  // What is denied whatever is in it is not read at all; the rest of the rules know what it is classified as.
  const { atArrival, classified } = options.access
  if (classified) labels.push(classified)
  const readers = [...filters, ...guards, ...options.custom, ...labels]
  // Before anything is changed, and after everything has been undone: what the client wrote, and what it got.
  const records = options.audit === undefined ? [] : [capture(options.audit)]
  const recorded = options.ledger === undefined ? [] : [ledgerGate(options.ledger)]
  return [...recorded, ...records, atArrival, ...readers, ...money, contextWindow, coolDown(options.coolDown)]
}
