import assert from 'node:assert/strict'
import type { z } from 'zod'
import { type Kind, read } from './members.js'

/** Reads settings of one kind, and asserts problems. */
export function reader<Shape extends z.ZodRawShape, Settings>(
  kind: Kind<Shape> & { settingsOf(written: z.infer<z.ZodObject<Shape>>): Settings },
) {
  return {
    settings(yaml: string): Settings {
      const { written, problems } = read(kind, yaml)
      assert.deepEqual(problems, [], yaml)
      assert.ok(written)
      return kind.settingsOf(written)
    },
    refuses(yaml: string, ...problems: readonly string[]): void {
      assert.deepEqual(read(kind, yaml).problems, problems, yaml)
    },
  }
}
