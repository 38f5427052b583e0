import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashOf } from '../../policies/guardrails/injection/model/hash.js'
import type { Sample } from './samples.js'

const LONGEST = 5000
const NAMES = /^(?:readme|changelog|history|contributing|security)\.(?:md|markdown|txt)$/i
const OWN = ['core', 'llm', 'docs', 'extproc', 'relay', 'plugins']
/** Of this project's own files one in so many is read: they speak of prompts and tools more than others do. */
const OWN_SHARE = 2

/** Ordinary technical documents: what comes with the packages that this project is built on, and this project's own sources. */
export function documents(root: string): readonly Sample[] {
  const packages = packageFolders(join(root, 'node_modules'))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => NAMES.test(name))
        .map((name) => join(folder, name)),
    )
    .map((file) => documentOf(file, 'packages'))
  const own = OWN.flatMap((folder) => filesIn(join(root, folder)))
    .filter((file) => hashOf(file.slice(root.length)) % OWN_SHARE === 0)
    .map((file) => documentOf(file, 'sources'))
  return [...packages, ...own].filter(({ text }) => text.length > 0)
}

function documentOf(file: string, set: string): Sample {
  const text = readFileSync(file, 'utf8')
  const from = hashOf(file.slice(-30)) % Math.max(1, text.length - LONGEST)
  return { text: text.slice(from, from + LONGEST), attack: false, set, weight: 1 }
}

function packageFolders(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) => (name.startsWith('@') ? packageFolders(join(folder, name)) : [join(folder, name)]))
    .sort()
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|md)$/.test(name))
    .sort()
    .map((name) => join(folder, name))
}
