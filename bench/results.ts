import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../cli/project-root.js'
import { documentOf, type Figures, replaceFigures } from './table.js'

/** Writes a part of `bench/results.json`, keeping the rest, and its tables in the document that has a place for them. */
export function writeFigures(part: object, which: Figures, tables: string): void {
  writeResults(part)
  const document = join(projectRoot(), 'docs', documentOf(which))
  writeFileSync(document, replaceFigures(readFileSync(document, 'utf8'), which, tables))
  console.log(`written: bench/results.json, the ${which} figures in docs/${documentOf(which)}`)
}

/** Writes a part of `bench/results.json`, keeping the rest. */
export function writeResults(part: object): void {
  const results = resultsFile()
  const kept = JSON.parse(readFileSync(results, 'utf8'))
  writeFileSync(results, `${JSON.stringify({ ...kept, ...part }, undefined, 2)}\n`)
}

/** Where the figures of the last full runs are kept. */
export function resultsFile(): string {
  return join(projectRoot(), 'bench', 'results.json')
}
