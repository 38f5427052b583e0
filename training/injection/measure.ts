import { type Example, worst } from './examples.js'

/** Log odds of an example, and what it is. */
export interface Scored {
  readonly set: string
  readonly attack: boolean
  readonly logOdds: number
  readonly text: string
}

export function scored(examples: readonly Example[], weights: Float32Array): readonly Scored[] {
  return examples.map((example) => ({
    set: example.set,
    attack: example.attack,
    text: example.text,
    logOdds: worst(example, weights).logOdds,
  }))
}

/** The least log odds that at most this share of the harmless ones exceed. */
export function thresholdAt(all: readonly Scored[], share: number): number {
  const harmless = all
    .filter(({ attack }) => !attack)
    .map((one) => one.logOdds)
    .sort((left, right) => right - left)
  return harmless[Math.floor(share * harmless.length)] ?? Number.POSITIVE_INFINITY
}

/** Per set how many are above the threshold, of how many. */
export function table(all: readonly Scored[], threshold: number): string {
  const sets = [...new Set(all.map(({ set, attack }) => `${attack ? '+' : '-'} ${set}`))].sort()
  return sets
    .map((name) => {
      const rows = all.filter(({ set, attack }) => `${attack ? '+' : '-'} ${set}` === name)
      const above = rows.filter((row) => row.logOdds > threshold).length
      return `${name.padEnd(48)} ${above}/${rows.length} ${(above / rows.length).toFixed(3)}`
    })
    .join('\n')
}
