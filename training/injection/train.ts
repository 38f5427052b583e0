import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GROUPS } from '../../policies/guardrails/injection/model/layout.js'
import { packWeights } from '../../policies/guardrails/injection/model/weights-format.js'
import { documents } from './documents.js'
import { type Example, exampleOf } from './examples.js'
import { train } from './logistic.js'
import { type Scored, scored, table, thresholdAt } from './measure.js'
import { folderSamples, ownSamples } from './samples.js'

const ROOT = process.cwd()
const TEXTS = join(ROOT, 'training/injection/texts')
const WEIGHTS = join(ROOT, 'policies/guardrails/injection/model/weights.ts')

/** What share of harmless texts the default threshold of users' texts lets through as alarms. */
const ALARMS = 0.005
/** Where the default threshold lies on the scale from 0 to 1, and how steep that is. */
const DEFAULT_THRESHOLD = 0.8

const FOLDS = 5

/**
 * `npm run train:injection -- --data DIR [--held-out]`: trains the classifier on the templates in `texts` and the labelled texts of a
 * folder, and writes its weights. With `--held-out` only measures: on the folder without having seen it, and set by set.
 */
function main(args: readonly string[]): void {
  const at = args.indexOf('--data')
  const folder = at < 0 ? undefined : args[at + 1]
  const own = [...ownSamples(TEXTS), ...documents(ROOT)].map(exampleOf)
  const given = folder === undefined ? [] : folderSamples(folder).map(exampleOf)
  console.log(`${own.length} own examples, ${given.length} given`)
  if (args.includes('--held-out')) {
    heldOut(own, given, args)
    return
  }
  const weights = train([...own, ...given])
  calibrate(weights, crossValidated(own, given))
  writeFileSync(WEIGHTS, moduleOf(weights))
}

function heldOut(own: readonly Example[], given: readonly Example[], args: readonly string[]): void {
  report('own texts only', scored(given, train(own)), args)
  if (args.includes('--sets')) report('each set held out', crossValidated(own, given), args)
}

/** Every given set judged without having been seen, by weights of all others; what shares its texts is left out with it. */
function crossValidated(own: readonly Example[], given: readonly Example[]): readonly Scored[] {
  const sets = [...new Set(given.map(({ set }) => together(set)))]
  const folds = sets.length > 0 ? sets : []
  const found = folds.flatMap((fold) => {
    const weights = train([...own, ...given.filter(({ set }) => together(set) !== fold)])
    return scored(
      given.filter(({ set }) => together(set) === fold),
      weights,
    )
  })
  if (folds.length > 0) return found
  const styles = [...new Set(own.map(({ set }) => set))]
  return Array.from({ length: FOLDS }, (_, fold) => {
    const out = new Set(styles.filter((_, index) => index % FOLDS === fold))
    return scored(
      own.filter(({ set }) => out.has(set)),
      train(own.filter(({ set }) => !out.has(set))),
    )
  }).flat()
}

/** Sets of one writer. */
function together(set: string): string {
  return set === 'badchars' ? 'own_injection' : set === 'ward_clean' ? 'ward_fixtures' : set
}

function report(title: string, all: readonly Scored[], args: readonly string[]): void {
  const threshold = thresholdAt(all, ALARMS)
  console.log(`\n${title}: ${100 * ALARMS} % of the harmless above ${threshold.toFixed(2)}\n${table(all, threshold)}`)
  if (!args.includes('--errors')) return
  const shown = (one: Scored): string =>
    `  ${one.logOdds.toFixed(2)} ${one.set} ${JSON.stringify(one.text.slice(0, 160))}`
  const alarms = all.filter(({ attack }) => !attack).sort((left, right) => right.logOdds - left.logOdds)
  const missed = all
    .filter((one) => one.attack && one.logOdds <= threshold)
    .sort((left, right) => left.logOdds - right.logOdds)
  console.log(
    `alarms\n${alarms.slice(0, 30).map(shown).join('\n')}\nmissed ${missed.length}\n${missed.slice(0, 90).map(shown).join('\n')}`,
  )
}

/** Shifts and stretches the log odds so that the share of alarms is right at the default threshold. */
function calibrate(weights: Float32Array, all: readonly Scored[]): void {
  const threshold = thresholdAt(all, ALARMS)
  const bias = GROUPS.shape.from
  weights[bias] = (weights[bias] ?? 0) - threshold + Math.log(DEFAULT_THRESHOLD / (1 - DEFAULT_THRESHOLD))
  report('held out, set by set', all, [])
}

function moduleOf(weights: Float32Array): string {
  const { layout, units, bytes } = packWeights(weights)
  return `import type { PackedWeights } from './weights-format.js'

/** Written by \`npm run train:injection\`; \`LICENCES.md\` beside it says from what. */
export const WEIGHTS: PackedWeights = {
  layout: ${layout},
  units: [${units.join(', ')}],
  bytes:
    '${bytes}',
}
`
}

main(process.argv.slice(2))
