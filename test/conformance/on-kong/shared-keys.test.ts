import './choose.js'
import '../shared-keys.test.js'
