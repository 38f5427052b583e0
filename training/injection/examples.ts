import { explore } from '../../policies/guardrails/injection/explore.js'
import { FAMILIES } from '../../policies/guardrails/injection/families.js'
import { FEATURES, GROUPS } from '../../policies/guardrails/injection/model/layout.js'
import { chainShare, eachNamed } from '../../policies/guardrails/injection/model/named.js'
import { eachNgram, ngramShare } from '../../policies/guardrails/injection/model/ngrams.js'
import { windowsOf } from '../../policies/guardrails/injection/model/windows.js'
import { mapped } from '../../policies/guardrails/injection/read/mapped.js'
import type { Sample } from './samples.js'

/** The features of one window, and what each counts. */
export interface Instance {
  readonly features: Int32Array
  readonly values: Float32Array
}

/** A sample as the classifier sees it: one instance for each window of each view. */
export interface Example extends Sample {
  readonly instances: readonly Instance[]
}

const ALL: ReadonlySet<string> = new Set(FAMILIES)
const CHAINS_END = GROUPS.chain.from + GROUPS.chain.size
/** Longer texts are read as far as this. */
const LONGEST = 6000

export function exampleOf(sample: Sample): Example {
  const instances: Instance[] = []
  for (const { view, setting } of explore(mapped(sample.text.slice(0, LONGEST)))) {
    for (const window of windowsOf(view.tokens)) {
      const counts = new Map<number, number>()
      const share = ngramShare(window.to - window.from)
      for (let index = window.from; index < window.to; index++) {
        const token = view.tokens[index]
        if (token === undefined) continue
        eachNgram(token, view.tokens[index - 1], (feature) => counts.set(feature, (counts.get(feature) ?? 0) + share))
      }
      const named = new Set<number>()
      eachNamed(view, window, setting, ALL, (feature) => named.add(feature))
      const chains = [...named].filter((feature) => feature < CHAINS_END).length
      for (const feature of named) counts.set(feature, feature < CHAINS_END ? chainShare(chains) : 1)
      instances.push({ features: Int32Array.from(counts.keys()), values: Float32Array.from(counts.values()) })
    }
  }
  return { ...sample, instances }
}

/** Log odds of one instance. */
export function logOdds({ features, values }: Instance, weights: Float32Array): number {
  let sum = 0
  for (let index = 0; index < features.length; index++)
    sum += (weights[features[index] ?? 0] ?? 0) * (values[index] ?? 0)
  return sum
}

/** The instance that looks most like an attack. */
export function worst(
  example: Example,
  weights: Float32Array,
): { readonly instance: Instance | undefined; readonly logOdds: number } {
  let found: { instance: Instance | undefined; logOdds: number } = { instance: undefined, logOdds: -20 }
  for (const instance of example.instances) {
    const odds = logOdds(instance, weights)
    if (odds > found.logOdds) found = { instance, logOdds: odds }
  }
  return found
}

/** What group each feature belongs to. */
export function perFeature(values: Readonly<Record<keyof typeof GROUPS, number>>): Float32Array {
  const all = new Float32Array(FEATURES)
  for (const [name, { from, size }] of Object.entries(GROUPS))
    all.fill(values[name as keyof typeof GROUPS], from, from + size)
  return all
}
