import type { z } from 'zod'
import { AT_KEY } from './maps.js'
import type { Fault, Path } from './problems.js'
import type { Data, Place, Tree } from './tree.js'

/**
 * What the schema found, with the offset that a reader should look at: of the value, of an unknown or bad key, or of the
 * parent of what is missing.
 */
export function faultsOf(issues: readonly z.core.$ZodIssue[], tree: Tree): readonly Fault[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
    if (issue.code === 'unrecognized_keys') {
      const lines = issue.message.split('\n')
      return issue.keys.map((key, index) => keyFault(tree, [...path, key], lines[index] ?? issue.message))
    }
    if (issue.code === 'custom' && issue.params?.['at'] === AT_KEY.at) return [keyFault(tree, path, issue.message)]
    return [valueFault(tree, path, issue.message)]
  })
}

/** The offset of a path's key (of its value, in a list); of the nearest ancestor where there is none. */
export function keyOffset(place: Place, path: Path): number {
  const { found } = descend(place, path)
  return found.keyAt ?? found.at
}

function keyFault(tree: Tree, path: Path, message: string): Fault {
  return { path, at: keyOffset(tree.place, path), message }
}

function valueFault(tree: Tree, path: Path, message: string): Fault {
  const { found, missing } = descend(tree.place, path)
  if (missing) return { path, at: found.keyAt ?? found.at, message: `is missing; it ${message}` }
  return { path, at: found.at, message: valueAt(tree.data, path) === null ? `has no value; it ${message}` : message }
}

function descend(root: Place, path: Path): { readonly found: Place; readonly missing: boolean } {
  let found = root
  for (const step of path) {
    const next = found.inside.get(step)
    if (next === undefined) return { found, missing: true }
    found = next
  }
  return { found, missing: false }
}

function valueAt(root: Data, path: Path): Data | undefined {
  let value: Data | undefined = root
  for (const step of path) {
    if (value instanceof Map && typeof step === 'string') value = value.get(step)
    else if (Array.isArray(value) && typeof step === 'number') value = value[step]
    else return undefined
  }
  return value
}
