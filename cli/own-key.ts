import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const BYTES = 32

/**
 * The secret of this installation, hexadecimal in a file that only its user can read; made when it is first asked for. All processes
 * that share the folder get the same one. Throws where the file cannot be written or is no such key.
 */
export function ownKey(file: string): () => Uint8Array {
  let key: Uint8Array | undefined
  return () => {
    key ??= readKey(file) ?? makeKey(file)
    return key
  }
}

/** A secret that ends with the process. */
export function passingKey(): () => Uint8Array {
  let key: Uint8Array | undefined
  return () => {
    key ??= randomBytes(BYTES)
    return key
  }
}

function makeKey(file: string): Uint8Array {
  mkdirSync(dirname(file), { recursive: true })
  const own = `${file}.${process.pid}`
  writeFileSync(own, `${randomBytes(BYTES).toString('hex')}\n`, { mode: 0o600 })
  try {
    // Whole or not at all, and never over another process's.
    linkSync(own, file)
  } catch (cause) {
    if (!isExists(cause)) throw cause
  } finally {
    rmSync(own, { force: true })
  }
  const key = readKey(file)
  if (!key) throw new Error(`${file} was removed while it was made`)
  return key
}

function readKey(file: string): Uint8Array | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
  const hex = text.trim()
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error(`${file} does not hold a key of ${BYTES} bytes in hexadecimal`)
  return Buffer.from(hex, 'hex')
}

const isExists = (cause: unknown) => (cause as NodeJS.ErrnoException).code === 'EEXIST'
