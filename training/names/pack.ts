import { LABELS } from '../../policies/pii/names/labels.js'
import { BUCKET, bucketOf, markOf, type NameModel, shiftFor } from '../../policies/pii/names/model.js'
import type { Learned } from './crf.js'

/** Keeps the features that say most and rounds their weights to bytes. */
export function pack(learned: Learned, slots: number, lists: Pick<NameModel, 'classes' | 'names'>): NameModel {
  const { features, weights, transitions } = learned
  const sizes = Float32Array.from(features, (_, feature) => {
    let size = 0
    for (let label = 0; label < LABELS; label++) size += Math.abs(weights[feature * LABELS + label] ?? 0)
    return size
  })
  const ranked = Array.from(features.keys()).sort((left, right) => (sizes[right] ?? 0) - (sizes[left] ?? 0))
  const scale = scaleOf(weights)
  const marks = new Uint16Array(slots)
  const table = new Int8Array(slots * LABELS)
  for (const bucket of buckets(ranked, learned, slots)) {
    for (const [place, feature] of bucket.features.entries()) {
      const slot = bucket.first + place
      marks[slot] = markOf(features[feature] ?? 0)
      for (let label = 0; label < LABELS; label++) {
        const weight = Math.round((weights[feature * LABELS + label] ?? 0) / scale)
        table[slot * LABELS + label] = Math.max(-127, Math.min(127, weight))
      }
    }
  }
  return { marks, weights: table, scale, transitions, ...lists }
}

interface Bucket {
  readonly first: number
  readonly features: readonly number[]
}

/** The features of each bucket: what finds no room, or cannot be told apart from what says more, is left out. The commonest come first. */
function buckets(ranked: readonly number[], { features, seen }: Learned, slots: number): readonly Bucket[] {
  const shift = shiftFor(slots)
  const all = Array.from({ length: slots / BUCKET }, () => new Map<number, number>())
  for (const feature of ranked) {
    const hash = features[feature] ?? 0
    const bucket = all[bucketOf(hash, shift) / BUCKET]
    if (bucket && bucket.size < BUCKET && !bucket.has(markOf(hash))) bucket.set(markOf(hash), feature)
  }
  return all.map((bucket, index) => ({
    first: index * BUCKET,
    features: [...bucket.values()].sort((left, right) => (seen[right] ?? 0) - (seen[left] ?? 0)),
  }))
}

/** Nearly all weights fit into a byte; the few larger ones are cut. */
function scaleOf(weights: Float32Array): number {
  const sizes = weights.map(Math.abs).sort()
  return (sizes[Math.floor(sizes.length * 0.9999)] ?? 1) / 127
}
