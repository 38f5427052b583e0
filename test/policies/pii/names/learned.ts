import { readFileSync } from 'node:fs'
import { nameModelFrom } from '../../../../policies/pii/names/load.js'

/** What this build has learned of names. */
export const learned = nameModelFrom((file) => readFileSync(file, 'utf8'))
