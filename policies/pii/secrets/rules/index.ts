import type { SecretRule } from '../rule.js'
import { AI } from './ai.js'
import { CHAT } from './chat.js'
import { CLOUDS } from './clouds.js'
import { CODE_HOSTS } from './code-hosts.js'
import { GENERIC } from './generic.js'
import { PAYMENTS } from './payments.js'
import { SERVICES } from './services.js'

/** Every rule for secrets. Of two that fit the same characters the earlier one is reported. */
export const SECRET_RULES: readonly SecretRule[] = [
  ...AI,
  ...CLOUDS,
  ...CODE_HOSTS,
  ...CHAT,
  ...PAYMENTS,
  ...SERVICES,
  ...GENERIC,
]
