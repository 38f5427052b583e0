// Imported first: the conformance cases that follow run against Kong.
process.env['TOLLGATE_TEST_GATEWAY'] = 'kong'

import './choose.js'
import '../access.test.js'
