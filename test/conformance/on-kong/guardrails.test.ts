import './choose.js'
import '../guardrails.test.js'
