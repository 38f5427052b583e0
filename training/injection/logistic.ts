import { FEATURES } from '../../policies/guardrails/injection/model/layout.js'
import { createRandom } from '../names/random.js'
import { type Example, type Instance, logOdds, perFeature, worst } from './examples.js'

const EPOCHS = 14
/** The weights are the mean of those at the end of this epoch and later ones. */
const FIRST_KEPT = 5
const RATE = 0.25
const SEED = 3

/** How fast the weights of a group are learned, the less the more there are of them; with L2 that keeps rare ones small. */
const RATES = {
  word: 0.7,
  pair: 0.5,
  piece: 0.18,
  chain: 0.35,
  concept: 0.5,
  opening: 0.4,
  rule: 1,
  family: 0.8,
  mark: 1,
  layer: 0.7,
  shape: 0.4,
}
const DECAY = {
  word: 3e-4,
  pair: 4e-4,
  piece: 6e-4,
  chain: 3e-4,
  concept: 1e-4,
  opening: 1e-4,
  rule: 1e-4,
  family: 1e-4,
  mark: 1e-5,
  layer: 5e-5,
  shape: 5e-5,
}

/**
 * Logistic regression with L2, by AdaGrad over shuffled samples. All windows of a harmless text are harmless; of an attack's it is the
 * one that looks most like it. The same samples give the same weights.
 */
export function train(examples: readonly Example[]): Float32Array {
  const weights = new Float32Array(FEATURES)
  const squares = new Float32Array(FEATURES).fill(1e-2)
  const rates = perFeature(RATES)
  const decay = perFeature(DECAY)
  const random = createRandom(SEED)
  const order = examples.map((_, index) => index)
  const balance = harmlessPerAttack(examples)
  const step = (instance: Instance, target: number, weight: number, rate: number): void => {
    const chance = 1 / (1 + Math.exp(-logOdds(instance, weights)))
    const error = (chance - target) * weight
    const { features, values } = instance
    for (let index = 0; index < features.length; index++) {
      const feature = features[index] ?? 0
      const gradient = error * (values[index] ?? 0) + (decay[feature] ?? 0) * (weights[feature] ?? 0)
      const square = (squares[feature] ?? 0) + gradient * gradient
      squares[feature] = square
      weights[feature] = (weights[feature] ?? 0) - (rate * (rates[feature] ?? 0) * gradient) / Math.sqrt(square)
    }
  }
  const sums = new Float64Array(FEATURES)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random.integer)
    const rate = RATE / (1 + 0.15 * epoch)
    for (const at of order) {
      const example = examples[at]
      if (example === undefined) continue
      if (example.attack) {
        const { instance } = worst(example, weights)
        if (instance !== undefined) step(instance, 1, example.weight * balance, rate)
        continue
      }
      const each = example.weight / Math.sqrt(Math.max(1, example.instances.length))
      for (const instance of example.instances) step(instance, 0, each, rate)
    }
    if (epoch >= FIRST_KEPT)
      for (const [feature, weight] of weights.entries()) sums[feature] = (sums[feature] ?? 0) + weight
  }
  return Float32Array.from(sums, (sum) => sum / (EPOCHS - FIRST_KEPT))
}

function harmlessPerAttack(examples: readonly Example[]): number {
  const sum = (attack: boolean): number =>
    examples.reduce((total, example) => total + (example.attack === attack ? example.weight : 0), 0)
  return Math.min(2, sum(false) / Math.max(1, sum(true)))
}

function shuffle(order: number[], below: (below: number) => number): void {
  for (let index = order.length - 1; index > 0; index--) {
    const other = below(index + 1)
    ;[order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0]
  }
}
